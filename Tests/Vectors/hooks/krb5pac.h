/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What expressions of krb5pac.idl call.
 */
#include <stddef.h>
#include <stdint.h>

union PAC_INFO;

size_t _ndr_size_PAC_INFO(const union PAC_INFO *r, uint32_t level, int flags);
