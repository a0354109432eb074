/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The tables of idl/ as Tests/Golden/expected has them, for the fuzzers. Those of echo, epmapper and mgmt are in the rooms
 * already. */
#include <dcerpcswift/ndr_format.h>

#define EACH(X) \
	X(atsvc) X(drsuapi) X(dssetup) X(eventlog) X(frstrans) X(initshutdown) X(krb5pac) X(lsarpc) X(misc) X(netlogon) \
	X(samr) X(security) X(srvsvc) X(svcctl) X(winreg) X(witness) X(wkssvc)

#define DECLARE(name) extern const struct ndr_interface_table ndr_table_##name;
EACH(DECLARE)

#define ADDRESS(name) &ndr_table_##name,
static const struct ndr_interface_table *const tables[] = {EACH(ADDRESS)};

/* NULL behind the last one. */
const struct ndr_interface_table *fuzz_shipped_table(int32_t place)
{
	return place >= 0 && (size_t)place < sizeof(tables) / sizeof(tables[0]) ? tables[place] : 0;
}
