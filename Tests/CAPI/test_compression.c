/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "support.h"

#define SIZE 100000

static uint8_t *sample(TALLOC_CTX *mem_ctx)
{
	uint8_t *bytes = talloc_array(mem_ctx, uint8_t, SIZE);
	size_t i;

	for (i = 0; i < SIZE; i++) {
		bytes[i] = (uint8_t)(i % 251 * (i / 1000));
	}
	return bytes;
}

static void every_algorithm_there_and_back(void **state)
{
	const uint8_t *bytes = sample(*state);
	uint32_t algorithm;

	for (algorithm = NDR_COMPRESSION_MSZIP_CAB; algorithm <= NDR_COMPRESSION_XPRESS_HUFF_RAW; algorithm++) {
		size_t size = algorithm == NDR_COMPRESSION_MSZIP_CAB ? 32768 : SIZE;
		DATA_BLOB small, plain;

		assert_ok(dcerpc_compress(*state, algorithm, bytes, size, &small));
		assert_true(small.length < size);
		assert_ptr_equal(talloc_parent(small.data), *state);
		assert_ok(dcerpc_decompress(*state, algorithm, small.data, small.length, size, &plain));
		assert_int_equal(plain.length, size);
		assert_memory_equal(plain.data, bytes, size);
		assert_ptr_equal(talloc_parent(plain.data), *state);
	}
}

static void wrong_bytes_change_nothing(void **state)
{
	static const uint8_t junk[] = {0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5, 6, 7, 8};
	DATA_BLOB out = {NULL, 77};
	uint32_t algorithm;

	for (algorithm = NDR_COMPRESSION_MSZIP_CAB; algorithm <= NDR_COMPRESSION_XPRESS_HUFF_RAW; algorithm++) {
		assert_status(dcerpc_decompress(*state, algorithm, junk, sizeof(junk), 100, &out),
			      NT_STATUS_BAD_COMPRESSION_BUFFER);
		assert_status(dcerpc_decompress(*state, algorithm, NULL, 0, 100, &out),
			      NT_STATUS_BAD_COMPRESSION_BUFFER);
	}
	assert_status(dcerpc_compress(*state, 0, junk, sizeof(junk), &out), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_compress(*state, 99, junk, sizeof(junk), &out), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_compress(*state, NDR_COMPRESSION_MSZIP, NULL, 1, &out), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_compress(*state, NDR_COMPRESSION_MSZIP, junk, sizeof(junk), NULL),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_decompress(*state, 99, junk, sizeof(junk), 1, &out), NT_STATUS_INVALID_PARAMETER);
	assert_null(out.data);
	assert_int_equal(out.length, 77);
}

static void lzxpress_in_the_callers_memory(void **state)
{
	const uint8_t *bytes = sample(*state);
	uint8_t *small = talloc_array(*state, uint8_t, SIZE), *plain = talloc_array(*state, uint8_t, SIZE);
	ssize_t size = lzxpress_compress(bytes, SIZE, small, SIZE);

	assert_true(size > 0 && size < SIZE);
	assert_int_equal(lzxpress_decompress(small, (uint32_t)size, plain, SIZE), SIZE);
	assert_memory_equal(plain, bytes, SIZE);
	assert_int_equal(lzxpress_compress(bytes, SIZE, small, (uint32_t)size - 1), -1);
	/* Less room: no more than that is written. */
	assert_true(lzxpress_decompress(small, (uint32_t)size, plain, 10) <= 10);
	assert_int_equal(lzxpress_decompress(NULL, 4, plain, 10), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(every_algorithm_there_and_back), TALLOC_TEST(wrong_bytes_change_nothing),
		TALLOC_TEST(lzxpress_in_the_callers_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
