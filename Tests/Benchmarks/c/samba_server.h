/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What Samba's rpc_echo.c expects of the headers of its source tree, from the installed ones.
 */
#ifndef BENCH_SAMBA_SERVER_H
#define BENCH_SAMBA_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/time.h>

#include <talloc.h>
#include <tevent.h>

#include <util/data_blob.h>
#include <util/debug.h>
#include <util/time.h>
#include <core/ntstatus.h>
#include <core/werror.h>
#include <ndr.h>
#include <param.h>
#include <credentials.h>
#include <dcerpc.h>
#include <dcerpc_server.h>
#include <dcesrv_core.h>

const char *nt_errstr(NTSTATUS status); /* exported by libsamba-errors, in no installed header */

#endif
