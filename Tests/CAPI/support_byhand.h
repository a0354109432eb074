/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef CAPI_SUPPORT_BYHAND_H
#define CAPI_SUPPORT_BYHAND_H

/* The enum ndr_err_code that ndr_push_m_packed() shall return; 0: it works. */
extern int support_byhand_error;

#endif
