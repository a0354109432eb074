/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What NDR_DCERPC_REQUEST_OBJECT_PRESENT of dcerpc.idl stands for here.
 */
#include <stdint.h>

/* LIBNDR_FLAG_OBJECT_PRESENT, or 0. */
uint32_t request_object_present(void);
