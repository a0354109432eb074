/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What an expression of drsuapi.idl calls.
 */
#include <stddef.h>

struct drsuapi_DsReplicaObjectIdentifier3Binary;

size_t ndr_size_drsuapi_DsReplicaObjectIdentifier3Binary_without_Binary(
	const struct drsuapi_DsReplicaObjectIdentifier3Binary *r, int flags);
