/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * version.h - which library this is.
 */
#ifndef DCERPCSWIFT_VERSION_H
#define DCERPCSWIFT_VERSION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DCERPCSWIFT_VERSION_MAJOR 1
#define DCERPCSWIFT_VERSION_MINOR 0
#define DCERPCSWIFT_VERSION_PATCH 0
#define DCERPCSWIFT_VERSION_STRING "1.0.0"
/** major << 16 | minor << 8 | patch of these headers. */
#define DCERPCSWIFT_VERSION 0x010000u

/** The DCERPCSWIFT_VERSION of the library that the program runs with; it may be newer than the headers. */
uint32_t dcerpcswift_version(void);

/** The same as text, "1.0.0"; static memory. */
const char *dcerpcswift_version_string(void);

/** The newest table format (ndr_format.h) that the library reads. */
uint32_t dcerpcswift_table_format(void);

#ifdef __cplusplus
}
#endif

#endif
