/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * status_text.h - the text of a number without a name, in memory that nobody has to free.
 */
#ifndef CSHIMS_STATUS_TEXT_H
#define CSHIMS_STATUS_TEXT_H

#include <stdint.h>

/** prefix and "0x%08X", in one of a few buffers of the calling thread: a printf with several of them is right. */
const char *shim_status_text(const char *prefix, uint32_t value);

#endif
