/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A KDC that knows nobody, in the test's own loop, and the files that make libkrb5 ask it.
 */
#ifndef CAPI_SUPPORT_KDC_H
#define CAPI_SUPPORT_KDC_H

#include "support.h"

/* What it does with a request that it has read. */
struct kdc_answer {
	const uint8_t *bytes; /* as they go over TCP, with the length before them */
	size_t length;
	bool trickles;  /* one byte at a time */
	bool keeps;     /* the connection stays open behind it */
	bool at_once;   /* without reading the request, which may so be lost */
};

struct kdc {
	struct tevent_context *ev;
	struct tevent_fd *listening;
	struct kdc_answer answer;
	unsigned connections, requests;
	uint16_t port;
	int fd;
	/* What may happen when the n-th request has come, from 1. */
	void (*on_request)(void *private_data);
	void *private_data;
};

/* KRB5_CONFIG and the port are the whole program's: libkrb5 remembers the file. */
int kdc_prepare(void **state);
int kdc_done(void **state);

/* A file's name in the directory of the test's files. */
const char *kdc_file(TALLOC_CTX *mem_ctx, const char *name);
void kdc_write(const char *path, const void *bytes, size_t length);

struct kdc *kdc_start(TALLOC_CTX *mem_ctx, struct tevent_context *ev);

/* A KRB-ERROR with its length before it; `data` may be NULL. */
struct kdc_answer kdc_error(TALLOC_CTX *mem_ctx, int code, const uint8_t *data, size_t length);

/* DER: `tag`, the length, and the content. Child of mem_ctx; its size is talloc_get_size(). */
uint8_t *kdc_der(TALLOC_CTX *mem_ctx, uint8_t tag, const void *content, size_t length);
uint8_t *kdc_join(TALLOC_CTX *mem_ctx, const uint8_t *a, const uint8_t *b);
uint8_t *kdc_tagged(TALLOC_CTX *mem_ctx, uint8_t number, uint8_t tag, const void *content, size_t length);
uint8_t *kdc_sequence(TALLOC_CTX *mem_ctx, const uint8_t *content);

/* A cache of alice's with a ticket-granting ticket, so many for other hosts, and one for host/server.example.test, which end
 * in so many seconds. */
void kdc_write_cache(TALLOC_CTX *mem_ctx, const char *path, uint32_t granting, uint32_t service, unsigned others);

#endif
