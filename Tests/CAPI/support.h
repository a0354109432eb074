/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What every C test needs: cmocka, the library's headers as installed, and a check that nothing was left allocated.
 */
#ifndef CAPI_SUPPORT_H
#define CAPI_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#define assert_status(actual, expected) assert_status_at((actual), (expected), #actual, __FILE__, __LINE__)
#define assert_ok(actual) assert_status_at((actual), NT_STATUS_OK, #actual, __FILE__, __LINE__)

static inline void assert_status_at(NTSTATUS actual, NTSTATUS expected, const char *what, const char *file, int line)
{
	if (!NT_STATUS_EQUAL(actual, expected)) {
		/* dcerpc_nt_errstr() may reuse its memory. */
		print_error("%s: %s", what, dcerpc_nt_errstr(actual));
		print_error(", expected %s\n", dcerpc_nt_errstr(expected));
		_fail(file, line);
	}
}

/* cmocka's setup and teardown: *state is a talloc context, and the test must leave no block outside it. */
static size_t blocks_before_test;

static inline int setup_talloc(void **state)
{
	talloc_enable_null_tracking();
	/* tevent keeps its list of back ends from the first context on. */
	talloc_free(tevent_context_init(NULL));
	blocks_before_test = talloc_total_blocks(NULL);
	*state = talloc_named_const(NULL, 0, "test");
	return *state == NULL;
}

static inline int teardown_talloc(void **state)
{
	bool clean;

	TALLOC_FREE(*state);
	clean = talloc_total_blocks(NULL) == blocks_before_test;
	if (!clean) {
		print_error("left behind:\n");
		talloc_report_full(NULL, stderr);
	}
	/* talloc keeps the context of this by a pointer that valgrind does not take for one. */
	talloc_disable_null_tracking();
	return clean ? 0 : -1;
}

#define TALLOC_TEST(function) cmocka_unit_test_setup_teardown(function, setup_talloc, teardown_talloc)

#endif
