/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The tables of the interfaces that the library speaks by itself; scripts/update-builtin-tables writes them.
 */
#include "ndr_epmapper.h"
#include "ndr_mgmt.h"
#include "ndr_netlogon_channel.h"

/* Their addresses: Swift can only copy a C global. */
static inline const struct ndr_interface_table *builtin_table_epmapper(void)
{
	return &ndr_table_epmapper;
}

static inline const struct ndr_interface_table *builtin_table_mgmt(void)
{
	return &ndr_table_mgmt;
}

static inline const struct ndr_interface_table *builtin_table_netlogon_channel(void)
{
	return &ndr_table_netlogon_channel;
}
