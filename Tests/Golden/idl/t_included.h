/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define T_INCLUDED uint32
