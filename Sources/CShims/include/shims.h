/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * shims.h - macros, variadics and trampolines of talloc and tevent as plain functions; no policy.
 */
#ifndef CSHIMS_SHIMS_H
#define CSHIMS_SHIMS_H

#include "call_handle.h"
#include "client_call.h"
#include "socket_shims.h"
#include "status_text.h"
#include "talloc_object.h"
#include "tevent_shims.h"

#endif
