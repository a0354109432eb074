/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What an expression of negoex.idl calls.
 */
#include <stddef.h>

struct negoex_MESSAGE;

/* cbHeaderLength: what of a message its vectors do not hold. */
size_t ndr_negoex_MESSAGE_header_length(const struct negoex_MESSAGE *r);
