/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What an expression of ODJ.idl calls.
 */
#include <stdint.h>

struct GUID;

uint32_t odj_switch_level_from_guid(const struct GUID *r);
