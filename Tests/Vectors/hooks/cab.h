/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What an expression of cab.idl calls.
 */
#include <stdint.h>

struct cab_file;

/* The data blocks of all folders. */
uint32_t ndr_count_cfdata(const struct cab_file *r);
