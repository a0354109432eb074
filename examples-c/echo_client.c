/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * echo_client BINDING - calls rpcecho (echo.idl) synchronously: no event loop anywhere.
 *
 *   echo_client 'ncacn_ip_tcp:127.0.0.1[4000]'
 *   echo_client ncacn_ip_tcp:server.example.com            asks the server's endpoint mapper for the port
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <talloc.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_echo_c.h"

#define CALLS 2000
#define MEGABYTE (1u << 20)

static void check(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "%s: %s\n", what, dcerpc_nt_errstr(status));
		exit(1);
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Many small calls, one after the other. */
static void add(struct dcerpc_binding_handle *h, TALLOC_CTX *mem_ctx)
{
	uint32_t value = 0;
	double begin = now();
	int i;

	for (i = 0; i < CALLS; i++) {
		check(dcerpc_echo_AddOne(h, mem_ctx, value, &value), "echo_AddOne");
	}
	printf("AddOne   %d calls, one after the other: 0 became %u, %.0f microseconds a round trip\n", CALLS, value,
	       (now() - begin) / CALLS * 1e6);
	if (value != CALLS) {
		exit(1);
	}
}

/* One large call: a megabyte there and back, in as many fragments as it takes. */
static void echo(struct dcerpc_binding_handle *h, TALLOC_CTX *mem_ctx)
{
	uint8_t *data = talloc_array(mem_ctx, uint8_t, MEGABYTE);
	uint8_t *answer = talloc_array(mem_ctx, uint8_t, MEGABYTE);
	double begin;
	uint32_t i;

	for (i = 0; i < MEGABYTE; i++) {
		data[i] = (uint8_t)(i * 7);
	}
	begin = now();
	check(dcerpc_echo_EchoData(h, mem_ctx, MEGABYTE, data, answer), "echo_EchoData");
	printf("EchoData %u bytes there and back in %.1f ms: %s\n", MEGABYTE, (now() - begin) * 1e3,
	       memcmp(data, answer, MEGABYTE) == 0 ? "the same" : "DIFFERENT");
	if (memcmp(data, answer, MEGABYTE) != 0) {
		exit(1);
	}
}

int main(int argc, char **argv)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct dcerpc_binding *binding;
	struct dcerpc_binding_handle *h;
	double begin = now();

	if (argc != 2) {
		fprintf(stderr, "usage: echo_client BINDING\n");
		return 2;
	}
	check(dcerpc_parse_binding(mem_ctx, argv[1], &binding), argv[1]);
	check(dcerpc_connect(mem_ctx, binding, &ndr_table_rpcecho, &h), "connect");
	printf("connect  %s in %.1f ms\n",
	       dcerpc_binding_string(mem_ctx, dcerpc_binding_handle_get_binding(h)), (now() - begin) * 1e3);

	add(h, mem_ctx);
	echo(h, mem_ctx);

	printf("bytes    %llu sent, %llu received\n",
	       (unsigned long long)dcerpc_binding_handle_get_stat(h, DCERPC_STAT_BYTES_SENT),
	       (unsigned long long)dcerpc_binding_handle_get_stat(h, DCERPC_STAT_BYTES_RECEIVED));
	talloc_free(mem_ctx); /* closes the connection too */
	return 0;
}
