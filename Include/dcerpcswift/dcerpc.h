/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * dcerpc.h - the whole public API of libdcerpcswift.
 *
 *   binding.h   where a server is: binding strings and the object behind them
 *   credentials.h  who logs on, and what protects the calls
 *   mechanism.h security mechanisms of your own
 *   client.h    connections and calls
 *   server.h    serving interfaces
 *   ndr.h       structures to bytes and back, without any connection
 *   ndr_marshal.h  marshalling by hand, with libndr's names
 *   ndr_table.h    interface tables by name and UUID
 *   guid.h      GUIDs, syntax identifiers, context handles
 *   data_blob.h    DATA_BLOB, and bytes as text
 *   compression.h  MSZIP and the Xpress family
 *   stub.h      what generated code calls
 *   types.h, ntstatus.h, version.h, ndr_format.h
 *
 * Ownership is talloc's: what a function makes is a child of its mem_ctx and goes with talloc_free(). A function
 * writes its output parameters only when it succeeds. Nothing here is thread safe by itself: one connection, one
 * server context, belongs to one thread at a time. The library starts no thread, installs no signal handler, reads
 * no environment variable and prints nothing.
 */
#ifndef DCERPCSWIFT_DCERPC_H
#define DCERPCSWIFT_DCERPC_H

#include "version.h"
#include "ntstatus.h"
#include "types.h"
#include "ndr_format.h"
#include "guid.h"
#include "data_blob.h"
#include "ndr.h"
#include "ndr_marshal.h"
#include "ndr_table.h"
#include "binding.h"
#include "credentials.h"
#include "client.h"
#include "server.h"
#include "compression.h"
#include "mechanism.h"
#include "netlogon.h"
#include "stub.h"

#endif
