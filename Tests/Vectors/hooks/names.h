/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Names of labels as messages of DNS have them, RFC 1035 4.1.4, which messages of NetBIOS and of domain controllers have too.
 */
#ifndef HOOKS_NAMES_H
#define HOOKS_NAMES_H

#include <dcerpcswift/ndr_marshal.h>

/* Whether the end of a name that the message has already becomes a pointer to it; whether a dot at the end is a character. */
#define NAME_POINTERS 1
#define NAME_LAST_DOT 2

enum ndr_err_code push_name(struct ndr_push *ndr, int options, const char *name);
enum ndr_err_code pull_name(struct ndr_pull *ndr, const char **name);

#endif
