/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Offline domain join: the parts of a package are known by the GUIDs of who provides them.
 */
#include <dcerpcswift/guid.h>

#include "ndr_ODJ.h"
#include "ODJ.h"

uint32_t odj_switch_level_from_guid(const struct GUID *r)
{
	static const char *const providers[] = { ODJ_GUID_JOIN_PROVIDER, ODJ_GUID_JOIN_PROVIDER2, ODJ_GUID_JOIN_PROVIDER3,
						 ODJ_GUID_CERT_PROVIDER, ODJ_GUID_POLICY_PROVIDER };
	struct GUID guid;
	uint32_t i;

	for (i = 0; i < sizeof(providers) / sizeof(providers[0]); i++) {
		if (NT_STATUS_IS_OK(GUID_from_string(providers[i], &guid)) && GUID_equal(&guid, r)) {
			return i + 1;
		}
	}
	return 0;
}
