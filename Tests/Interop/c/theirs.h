/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What libtheirs.so, a library that links Samba's client libraries, does for beside_samba.c.
 */
#ifndef THEIRS_H
#define THEIRS_H

#include <talloc.h>

/** A binding string through Samba's parser and printer; NULL when Samba refuses it. */
char *theirs_binding(TALLOC_CTX *mem_ctx, const char *binding);
/** A UUID through Samba's GUID_from_string() and GUID_string(); NULL when Samba refuses it. */
char *theirs_guid(TALLOC_CTX *mem_ctx, const char *guid);
/** rpcecho AddOne(value) by Samba's client; 0 and what went wrong on stderr when it fails. */
unsigned theirs_add_one(const char *binding, unsigned value);

#endif
