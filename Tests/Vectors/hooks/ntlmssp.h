/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What expressions of ntlmssp.idl call.
 */
#include <stdint.h>

uint32_t ndr_ntlmssp_string_length(uint32_t negotiate_flags, const char *s);
uint32_t ndr_ntlmssp_negotiated_string_flags(uint32_t negotiate_flags);
