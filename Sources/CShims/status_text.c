/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "status_text.h"

#include <inttypes.h>
#include <stdio.h>

const char *shim_status_text(const char *prefix, uint32_t value)
{
	static _Thread_local char texts[4][32];
	static _Thread_local unsigned int next;
	char *text = texts[next++ % 4];

	snprintf(text, sizeof(texts[0]), "%s0x%08" PRIX32, prefix, value);
	return text;
}
