/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What expressions of ntprinting.idl call.
 */
#include <stdint.h>

/* The LIBNDR_FLAG_STR_* of a file whose strings are of the character set that these say. */
uint32_t ndr_ntprinting_string_flags(uint32_t string_flags);
