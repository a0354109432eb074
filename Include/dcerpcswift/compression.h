/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * compression.h - the compressions of Microsoft's protocols, bytes to bytes. [compression()] in IDL needs none of these
 * functions; they are for programs that have compressed bytes in a DATA_BLOB.
 */
#ifndef DCERPCSWIFT_COMPRESSION_H
#define DCERPCSWIFT_COMPRESSION_H

#include <talloc.h>
#include "ndr_format.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Compresses `length` bytes.
 *
 * @param algorithm  NDR_COMPRESSION_* of ndr_format.h; NDR_COMPRESSION_MSZIP_CAB takes at most 32768 bytes
 * @param[out] out   data is a child of mem_ctx. It may be longer than what went in
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_INVALID_PARAMETER  unknown algorithm, NULL, or too many bytes for it
 * @retval NT_STATUS_NO_MEMORY
 */
NTSTATUS dcerpc_compress(TALLOC_CTX *mem_ctx, uint32_t algorithm, const uint8_t *data, size_t length, DATA_BLOB *out);

/**
 * Decompresses to exactly `plain_length` bytes, which the protocol around the bytes states. The caller bounds that
 * number: it is allocated before the first byte is looked at.
 *
 * @param[out] out  data is a child of mem_ctx, NULL for 0 bytes
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_INVALID_PARAMETER  unknown algorithm, or NULL
 * @retval NT_STATUS_BAD_COMPRESSION_BUFFER  the bytes contradict themselves, or do not give plain_length bytes
 * @retval NT_STATUS_NO_MEMORY
 */
NTSTATUS dcerpc_decompress(TALLOC_CTX *mem_ctx, uint32_t algorithm, const uint8_t *data, size_t length,
			   size_t plain_length, DATA_BLOB *out);

/**
 * Plain LZ77 ([MS-XCA] 2.3) into memory of the caller, under the name that users of Samba's library know.
 * @return the bytes written, or -1: max_compressed_size is too small, or no memory
 */
ssize_t lzxpress_compress(const uint8_t *uncompressed, uint32_t uncompressed_size, uint8_t *compressed,
			  uint32_t max_compressed_size);

/**
 * Plain LZ77 ([MS-XCA] 2.4) into memory of the caller, until `output` is full or the input ends.
 * @return the bytes written, or -1: the input contradicts itself or wants more room
 */
ssize_t lzxpress_decompress(const uint8_t *input, uint32_t input_size, uint8_t *output, uint32_t max_output_size);

#ifdef __cplusplus
}
#endif

#endif
