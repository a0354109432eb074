/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * tevent_shims.h - tevent's macros as functions: Swift cannot see macros, and what stands behind them differs from
 * one release of tevent to the next, so the installed header has to expand them.
 */
#ifndef CSHIMS_TEVENT_SHIMS_H
#define CSHIMS_TEVENT_SHIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>
#include <talloc.h>
#include <tevent.h>

static inline struct tevent_fd *shim_add_fd(struct tevent_context *ev, void *mem_ctx, int fd, uint16_t flags,
					    tevent_fd_handler_t handler, void *private_data)
{
	return tevent_add_fd(ev, mem_ctx, fd, flags, handler, private_data);
}

/** A timer that fires `microseconds` from now. */
static inline struct tevent_timer *shim_add_timer(struct tevent_context *ev, void *mem_ctx, uint64_t microseconds,
						  tevent_timer_handler_t handler, void *private_data)
{
	struct timeval when = tevent_timeval_current_ofs((uint32_t)(microseconds / 1000000u),
							 (uint32_t)(microseconds % 1000000u));

	return tevent_add_timer(ev, mem_ctx, when, handler, private_data);
}

static inline int shim_loop_once(struct tevent_context *ev)
{
	return tevent_loop_once(ev);
}

static inline struct tevent_immediate *shim_create_immediate(void *mem_ctx)
{
	return tevent_create_immediate(mem_ctx);
}

static inline void shim_schedule_immediate(struct tevent_immediate *im, struct tevent_context *ev,
					   tevent_immediate_handler_t handler, void *private_data)
{
	tevent_schedule_immediate(im, ev, handler, private_data);
}

static inline bool shim_req_error(struct tevent_req *req, uint64_t error)
{
	return tevent_req_error(req, error);
}

/** What tevent_req_set_callback() was given. */
static inline void *shim_req_callback_data(struct tevent_req *req)
{
	return tevent_req_callback_data_void(req);
}

static inline void shim_req_done(struct tevent_req *req)
{
	tevent_req_done(req);
}

static inline bool shim_req_cancel(struct tevent_req *req)
{
	return tevent_req_cancel(req);
}

/** A request whose state is one pointer, for requests that a Swift object drives. */
struct dcerpc_request_state {
	void *object;
	void (*freed)(void *object);
	void (*expired)(void *object);
};

static inline int shim_request_state_destructor(struct dcerpc_request_state *state)
{
	void *object = state->object;

	state->object = NULL;
	if (object != NULL && state->freed != NULL) {
		state->freed(object);
	}
	return 0;
}

/** `freed(object)` is called when the request is freed, where there is an object. */
static inline struct tevent_req *shim_request_create(void *mem_ctx, void *object, void (*freed)(void *object))
{
	struct dcerpc_request_state *state = NULL;
	struct tevent_req *req = tevent_req_create(mem_ctx, &state, struct dcerpc_request_state);

	if (req == NULL) {
		return NULL;
	}
	state->object = object;
	state->freed = freed;
	talloc_set_destructor(state, shim_request_state_destructor);
	return req;
}

static inline void shim_request_cleanup(struct tevent_req *req, enum tevent_req_state now)
{
	struct dcerpc_request_state *state = (struct dcerpc_request_state *)_tevent_req_data(req);

	if (now == TEVENT_REQ_TIMED_OUT && state->object != NULL && state->expired != NULL) {
		state->expired(state->object);
	}
}

/** `expired(object)` is called when the time of the request is over, before anybody hears of that. */
static inline void shim_request_on_expiry(struct tevent_req *req, void (*expired)(void *object))
{
	((struct dcerpc_request_state *)_tevent_req_data(req))->expired = expired;
	tevent_req_set_cleanup_fn(req, shim_request_cleanup);
}

/** Hands the request of shim_request_create() its object. */
static inline void shim_request_set_object(struct tevent_req *req, void *object)
{
	((struct dcerpc_request_state *)_tevent_req_data(req))->object = object;
}

/** The object of a request made by shim_request_create() with the same `freed`; NULL for any other request. */
static inline void *shim_request_object(struct tevent_req *req, void (*freed)(void *object))
{
	struct dcerpc_request_state *state =
		req == NULL ? NULL : talloc_get_type(_tevent_req_data(req), struct dcerpc_request_state);

	return state == NULL || state->freed != freed ? NULL : state->object;
}

#endif
