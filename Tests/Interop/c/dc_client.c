/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * dc_client ADDRESS - lists a server's endpoint map, in one batch and in small ones, then asks the mgmt interface of
 * every ncacn_ip_tcp endpoint four questions: one after the other with synchronous calls, and all endpoints several
 * times over at once from a tevent loop. Prints what it found; exits 0 when both ways gave the same answers.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_epmapper_c.h"
#include "ndr_mgmt_c.h"

#define MAX_ENDPOINTS 64
#define COPIES 8

static void fail(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fprintf(stderr, "dc_client: ");
	vfprintf(stderr, format, list);
	fprintf(stderr, "\n");
	va_end(list);
	exit(1);
}

static void must(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		fail("%s: %s", what, dcerpc_nt_errstr(status));
	}
}

static struct dcerpc_binding *binding_to(TALLOC_CTX *mem_ctx, const char *address, unsigned port)
{
	struct dcerpc_binding *b;
	char *text = talloc_asprintf(mem_ctx, "ncacn_ip_tcp:%s[%u]", address, port);

	must(dcerpc_parse_binding(mem_ctx, text, &b), text);
	return b;
}

/* --- The endpoint map ------------------------------------------------------------------------------------------ */

struct map {
	unsigned num_entries;
	unsigned num_ports;
	unsigned ports[MAX_ENDPOINTS];
};

#define PROTOCOL_TCP 0x07
#define FIRST_PORT_FLOOR 4

/* The TCP port of a tower (C706 appendix L), 0 when it has none: floors of two counted byte strings each, little
 * endian counts; floor 4 is the port, big endian. */
static unsigned tower_port(const uint8_t *p, uint32_t length)
{
	uint32_t floor, at = 2, floors;

	if (length < 2) {
		fail("a tower of %u bytes", length);
	}
	floors = p[0] | (uint32_t)p[1] << 8;
	for (floor = 1; floor <= floors; floor++) {
		uint32_t part, start[2], size[2];

		for (part = 0; part < 2; part++) {
			if (length - at < 2) {
				fail("a tower ends in floor %u", floor);
			}
			size[part] = p[at] | (uint32_t)p[at + 1] << 8;
			start[part] = at += 2;
			if (size[part] > length - at) {
				fail("a tower ends in floor %u", floor);
			}
			at += size[part];
		}
		if (floor == FIRST_PORT_FLOOR && size[0] == 1 && p[start[0]] == PROTOCOL_TCP && size[1] == 2) {
			return (unsigned)p[start[1]] << 8 | p[start[1] + 1];
		}
	}
	return 0;
}

static void add_port(struct map *map, unsigned port)
{
	unsigned i;

	for (i = 0; i < map->num_ports; i++) {
		if (map->ports[i] == port) {
			return;
		}
	}
	if (map->num_ports == MAX_ENDPOINTS) {
		fail("more than %u endpoints", MAX_ENDPOINTS);
	}
	map->ports[map->num_ports++] = port;
}

static bool handle_is_nil(const struct policy_handle *handle)
{
	return handle->handle_type == 0 && GUID_all_zero(&handle->uuid);
}

static void list_map(TALLOC_CTX *mem_ctx, const char *address, uint32_t batch, struct map *map)
{
	struct dcerpc_binding_handle *h;
	struct policy_handle handle = { 0 };
	uint32_t i, num_ents;

	must(dcerpc_connect(mem_ctx, binding_to(mem_ctx, address, 135), &ndr_table_epmapper, &h), "endpoint mapper");
	do {
		struct epm_Lookup r = { 0 };

		r.in.inquiry_type = RPC_C_EP_ALL_ELTS;
		r.in.vers_option = RPC_C_VERS_ALL;
		r.in.entry_handle = &handle;
		r.in.max_ents = batch;
		r.out.entry_handle = &handle;
		r.out.num_ents = &num_ents;
		r.out.entries = talloc_zero_array(mem_ctx, struct epm_entry_t, batch);
		num_ents = 0;
		must(dcerpc_epm_Lookup_r(h, mem_ctx, &r), "ept_lookup");
		if (r.out.result != 0 && r.out.result != EPMAPPER_STATUS_NO_MORE_ENTRIES) {
			fail("ept_lookup: 0x%08x", r.out.result);
		}
		for (i = 0; i < num_ents; i++) {
			const struct twr_t *tower = r.out.entries[i].tower;
			unsigned port = tower != NULL ? tower_port(tower->tower_octet_string, tower->tower_length) : 0;

			if (port != 0) {
				add_port(map, port);
			}
		}
		map->num_entries += num_ents;
		if (r.out.result == EPMAPPER_STATUS_NO_MORE_ENTRIES) {
			break;
		}
	} while (!handle_is_nil(&handle));

	if (!handle_is_nil(&handle)) {
		struct epm_LookupHandleFree r = { 0 };

		r.in.entry_handle = &handle;
		r.out.entry_handle = &handle;
		must(dcerpc_epm_LookupHandleFree_r(h, mem_ctx, &r), "ept_lookup_handle_free");
	}
	talloc_free(h);
}

/* --- mgmt ------------------------------------------------------------------------------------------------------- */

/** What an endpoint says about itself: each question and its answer, and all answers as one text to compare. */
struct probe {
	struct tevent_context *ev;
	struct dcerpc_binding_handle *h;
	unsigned pending;

	struct mgmt_inq_if_ids ids;
	struct rpc_if_id_vector_t *vector;
	struct mgmt_is_server_listening listening;
	uint32_t listening_status;
	struct mgmt_inq_stats stats;
	struct mgmt_statistics statistics;
	struct mgmt_inq_princ_name name;
	NTSTATUS name_status;

	unsigned num_interfaces;
	char *answers;
};

static void prepare(struct probe *p)
{
	p->ids.out.if_id_vector = &p->vector;
	p->listening.out.status = &p->listening_status;
	p->stats.in.max_count = MGMT_STATS_ARRAY_MAX_SIZE;
	p->stats.out.statistics = &p->statistics;
	p->name.in.authn_proto = 10; /* NTLMSSP */
	p->name.in.princ_name_size = 100;
}

/* The statistics change with every call: their number is compared. */
static void conclude(struct probe *p)
{
	uint32_t i;

	if (p->ids.out.result != WERR_OK || p->vector == NULL) {
		fail("inq_if_ids: 0x%08x", W_ERROR_V(p->ids.out.result));
	}
	p->answers = talloc_asprintf(p, "listening %u status %u, %u statistics, principal name %s 0x%08x, interfaces",
				     p->listening.out.result, p->listening_status, p->statistics.count,
				     dcerpc_nt_errstr(p->name_status), W_ERROR_V(p->name.out.result));
	for (i = 0; i < p->vector->count; i++) {
		const struct ndr_syntax_id *id = p->vector->if_id[i].id;

		if (id != NULL) {
			p->num_interfaces++;
			p->answers = talloc_asprintf_append(p->answers, " %s/%u", GUID_string(p, &id->uuid),
							    id->if_version);
		}
	}
}

static struct probe *ask_sync(TALLOC_CTX *mem_ctx, const char *address, unsigned port)
{
	struct probe *p = talloc_zero(mem_ctx, struct probe);

	prepare(p);
	must(dcerpc_connect(p, binding_to(p, address, port), &ndr_table_mgmt, &p->h), "connect");
	must(dcerpc_mgmt_inq_if_ids_r(p->h, p, &p->ids), "inq_if_ids");
	must(dcerpc_mgmt_is_server_listening_r(p->h, p, &p->listening), "is_server_listening");
	must(dcerpc_mgmt_inq_stats_r(p->h, p, &p->stats), "inq_stats");
	p->name_status = dcerpc_mgmt_inq_princ_name_r(p->h, p, &p->name);
	conclude(p);
	return p;
}

static void answered(struct probe *p, NTSTATUS status, const char *what)
{
	must(status, what);
	if (--p->pending == 0) {
		conclude(p);
	}
}

#define ANSWER(question)                                                                                           \
	static void question##_answered(struct tevent_req *req)                                                    \
	{                                                                                                          \
		struct probe *p = tevent_req_callback_data(req, struct probe);                                     \
		NTSTATUS status = dcerpc_mgmt_##question##_r_recv(req, p);                                         \
		talloc_free(req);                                                                                  \
		answered(p, status, #question);                                                                    \
	}

ANSWER(inq_if_ids)
ANSWER(is_server_listening)
ANSWER(inq_stats)

static void inq_princ_name_answered(struct tevent_req *req)
{
	struct probe *p = tevent_req_callback_data(req, struct probe);

	p->name_status = dcerpc_mgmt_inq_princ_name_r_recv(req, p);
	talloc_free(req);
	answered(p, NT_STATUS_OK, "inq_princ_name");
}

#define ASK(p, question, r)                                                                                        \
	do {                                                                                                       \
		struct tevent_req *question_req = dcerpc_mgmt_##question##_r_send(p, (p)->ev, (p)->h, r);          \
		if (question_req == NULL) {                                                                        \
			fail("out of memory");                                                                     \
		}                                                                                                  \
		tevent_req_set_callback(question_req, question##_answered, p);                                     \
		(p)->pending++;                                                                                    \
	} while (0)

static void connected(struct tevent_req *req)
{
	struct probe *p = tevent_req_callback_data(req, struct probe);

	must(dcerpc_connect_recv(req, p, &p->h), "connect");
	talloc_free(req);
	ASK(p, inq_if_ids, &p->ids);
	ASK(p, is_server_listening, &p->listening);
	ASK(p, inq_stats, &p->stats);
	ASK(p, inq_princ_name, &p->name);
}

static struct probe *ask_async(TALLOC_CTX *mem_ctx, struct tevent_context *ev, const char *address, unsigned port)
{
	struct probe *p = talloc_zero(mem_ctx, struct probe);
	struct tevent_req *req;

	prepare(p);
	p->ev = ev;
	req = dcerpc_connect_send(p, ev, binding_to(p, address, port), &ndr_table_mgmt);
	if (req == NULL) {
		fail("out of memory");
	}
	tevent_req_set_callback(req, connected, p);
	return p;
}

static void too_late(struct tevent_context *ev, struct tevent_timer *te, struct timeval now, void *private_data)
{
	(void)ev;
	(void)te;
	(void)now;
	(void)private_data;
	fail("the asynchronous calls take longer than 30 seconds");
}

int main(int argc, char **argv)
{
	struct tevent_context *ev = tevent_context_init(NULL);
	struct map map = { 0 }, again = { 0 };
	struct probe *sync[MAX_ENDPOINTS], *async[MAX_ENDPOINTS][COPIES];
	unsigned i, c, interfaces = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: dc_client ADDRESS\n");
		return 2;
	}
	list_map(ev, argv[1], 500, &map);
	list_map(ev, argv[1], 7, &again);
	if (map.num_entries != again.num_entries || map.num_ports != again.num_ports) {
		fail("%u entries in one batch, %u in small ones", map.num_entries, again.num_entries);
	}
	for (i = 0; i < map.num_ports; i++) {
		sync[i] = ask_sync(ev, argv[1], map.ports[i]);
		interfaces += sync[i]->num_interfaces;
		printf("port %u: %s\n", map.ports[i], sync[i]->answers);
	}
	for (i = 0; i < map.num_ports; i++) {
		for (c = 0; c < COPIES; c++) {
			async[i][c] = ask_async(ev, ev, argv[1], map.ports[i]);
		}
	}
	tevent_add_timer(ev, ev, tevent_timeval_current_ofs(30, 0), too_late, NULL);
	for (i = 0; i < map.num_ports; i++) {
		for (c = 0; c < COPIES; c++) {
			while (async[i][c]->answers == NULL) {
				if (tevent_loop_once(ev) != 0) {
					fail("tevent_loop_once");
				}
			}
			if (strcmp(async[i][c]->answers, sync[i]->answers) != 0) {
				fail("port %u: asynchronously %s", map.ports[i], async[i][c]->answers);
			}
		}
	}
	printf("entries=%u endpoints=%u interfaces=%u sync_calls=%u async_calls=%u\n", map.num_entries, map.num_ports,
	       interfaces, 4 * map.num_ports, 4 * COPIES * map.num_ports);
	talloc_free(ev);
	return 0;
}
