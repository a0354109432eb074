/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ndr_table.h - interface tables by name and by UUID, for programs that meet interfaces at run time: proxies, tools.
 *
 * The functions are those that Samba's users know, with a registry of the caller's where Samba has one a process.
 */
#ifndef DCERPCSWIFT_NDR_TABLE_H
#define DCERPCSWIFT_NDR_TABLE_H

#include <talloc.h>
#include "ndr_format.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A set of interface tables. Opaque. */
struct ndr_table_registry;

/** A table of a registry and its neighbours, in the order of registration; for reading only. */
struct ndr_interface_list {
	struct ndr_interface_list *prev, *next;
	const struct ndr_interface_table *table;
};

/** An empty registry, a child of mem_ctx; NULL when out of memory. */
struct ndr_table_registry *ndr_table_registry_create(TALLOC_CTX *mem_ctx);

/**
 * Adds a table, after it has been checked as ndr_codec_create() checks it.
 *
 * @param table  it has to outlive the registry (generated tables are static)
 * @retval NT_STATUS_OK   also when this very table is there already
 * @retval NT_STATUS_OBJECT_NAME_COLLISION  another table has this UUID and version or, of interfaces without a
 *         UUID, this name
 * @retval NT_STATUS_REVISION_MISMATCH   the table's format is newer than this library
 * @retval NT_STATUS_INVALID_PARAMETER   NULL, or a table that contradicts itself
 * @retval NT_STATUS_NO_MEMORY
 */
NTSTATUS ndr_table_register(struct ndr_table_registry *registry, const struct ndr_interface_table *table);

/** The table with this name in IDL ("echo"), in any case of ASCII letters; the first one registered, or NULL. */
const struct ndr_interface_table *ndr_table_by_name(struct ndr_table_registry *registry, const char *name);
/** The table with this UUID, of the highest version; NULL when there is none. */
const struct ndr_interface_table *ndr_table_by_uuid(struct ndr_table_registry *registry, const struct GUID *uuid);
/** The table with this UUID and version; NULL when there is none. */
const struct ndr_interface_table *ndr_table_by_syntax(struct ndr_table_registry *registry,
						      const struct ndr_syntax_id *syntax);
/** The first of all tables, or NULL; the list belongs to the registry and lives as long. */
const struct ndr_interface_list *ndr_table_list(struct ndr_table_registry *registry);

/** The name of the interface with this UUID and version, "UNKNOWN" when there is none. */
const char *ndr_interface_name(struct ndr_table_registry *registry, const struct GUID *uuid, uint32_t if_version);
/** How many functions that interface has, -1 when there is none. */
int ndr_interface_num_calls(struct ndr_table_registry *registry, const struct GUID *uuid, uint32_t if_version);

/** What a table says of a function: its name and the size of its structure; NULL for NULL or an opnum out of range. */
const struct ndr_interface_call *ndr_table_call(const struct ndr_interface_table *table, uint32_t opnum);
/**
 * The opnum of a function by its name in IDL.
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_NOT_FOUND          the interface has none of that name that has an opnum
 * @retval NT_STATUS_INVALID_PARAMETER  NULL
 */
NTSTATUS ndr_table_opnum(const struct ndr_interface_table *table, const char *name, uint32_t *opnum);

#ifdef __cplusplus
}
#endif

#endif
