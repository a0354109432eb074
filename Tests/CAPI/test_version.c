/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "support.h"

static void numbers_agree(void **state)
{
	char text[32];

	(void)state;
	snprintf(text, sizeof(text), "%d.%d.%d", DCERPCSWIFT_VERSION_MAJOR, DCERPCSWIFT_VERSION_MINOR,
		 DCERPCSWIFT_VERSION_PATCH);
	assert_string_equal(text, DCERPCSWIFT_VERSION_STRING);
	assert_string_equal(text, dcerpcswift_version_string());
	assert_int_equal(dcerpcswift_version(), DCERPCSWIFT_VERSION);
	assert_int_equal(DCERPCSWIFT_VERSION,
			 DCERPCSWIFT_VERSION_MAJOR << 16 | DCERPCSWIFT_VERSION_MINOR << 8 | DCERPCSWIFT_VERSION_PATCH);
	assert_int_equal(dcerpcswift_table_format(), NDR_TABLE_FORMAT);
	assert_ptr_equal(dcerpcswift_version_string(), dcerpcswift_version_string());
}

static void statuses_have_names(void **state)
{
	(void)state;
	assert_string_equal(dcerpc_nt_errstr(NT_STATUS_OK), "NT_STATUS_OK");
	assert_string_equal(dcerpc_nt_errstr(NT_STATUS_ACCESS_DENIED), "NT_STATUS_ACCESS_DENIED");
	assert_string_equal(dcerpc_nt_errstr(NT_STATUS(0xC0FFEE01u)), "NT code 0xC0FFEE01");
	assert_string_equal(dcerpc_errstr(DCERPC_NCA_S_OP_RNG_ERROR), "DCERPC_NCA_S_OP_RNG_ERROR");
	assert_string_equal(dcerpc_errstr(0xABCDEF01u), "DCERPC fault 0xABCDEF01");
}

static void faults_become_statuses(void **state)
{
	(void)state;
	assert_status(dcerpc_fault_to_nt_status(DCERPC_NCA_S_OP_RNG_ERROR), NT_STATUS_RPC_PROCNUM_OUT_OF_RANGE);
	assert_status(dcerpc_fault_to_nt_status(DCERPC_FAULT_NDR), NT_STATUS_RPC_BAD_STUB_DATA);
	assert_status(dcerpc_fault_to_nt_status(DCERPC_FAULT_ACCESS_DENIED), NT_STATUS_ACCESS_DENIED);
	assert_status(dcerpc_fault_to_nt_status(0xABCDEF01u), NT_STATUS_RPC_CALL_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_agree),
		cmocka_unit_test(statuses_have_names),
		cmocka_unit_test(faults_become_statuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
