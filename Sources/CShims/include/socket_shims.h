/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * socket_shims.h - what Swift's Glibc module leaves out.
 */
#ifndef CSHIMS_SOCKET_SHIMS_H
#define CSHIMS_SOCKET_SHIMS_H

/** accept4() with SOCK_NONBLOCK and SOCK_CLOEXEC; -errno on failure. */
int shim_accept(int descriptor);

#endif
