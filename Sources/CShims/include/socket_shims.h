/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * socket_shims.h - what Swift's Glibc module leaves out.
 */
#ifndef CSHIMS_SOCKET_SHIMS_H
#define CSHIMS_SOCKET_SHIMS_H

/** A non-blocking, close-on-exec stream socket; -errno on failure. */
int shim_stream_socket(int family);

/** accept4() with SOCK_NONBLOCK and SOCK_CLOEXEC; -errno on failure. */
int shim_accept(int descriptor);

#endif
