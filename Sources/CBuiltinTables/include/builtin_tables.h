/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The tables of the interfaces that the library speaks by itself; scripts/update-builtin-tables writes them.
 */
#include "ndr_epmapper.h"
#include "ndr_mgmt.h"
