/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * minimal_ours [weigh [BINDING]] - the smallest program that links libdcerpcswift; with BINDING, after one call.
 */
#include <talloc.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_echo_c.h"
#include "weigh.h"

static bool call_once(const char *string)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct dcerpc_binding *binding = NULL;
	struct dcerpc_binding_handle *handle = NULL;
	uint32_t out = 0;
	struct echo_AddOne add_one = {.in.in_data = 41, .out.out_data = &out};
	bool good = NT_STATUS_IS_OK(dcerpc_parse_binding(mem, string, &binding)) &&
		    NT_STATUS_IS_OK(dcerpc_connect(mem, binding, &ndr_table_rpcecho, &handle)) &&
		    NT_STATUS_IS_OK(dcerpc_echo_AddOne_r(handle, mem, &add_one)) && out == 42;
	talloc_free(mem);
	return good;
}

int main(int argc, char **argv)
{
	if (argc == 1) {
		return dcerpcswift_version() < DCERPCSWIFT_VERSION;
	}
	if (argc > 2 && !call_once(argv[2])) {
		fprintf(stderr, "minimal_ours: the call failed\n");
		return 1;
	}
	return weigh();
}
