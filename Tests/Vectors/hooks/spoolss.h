/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What expressions of spoolss.idl and winspool.idl call.
 */
#include <stdint.h>

struct spoolss_DeviceMode;

uint32_t _ndr_size_spoolss_DeviceMode(struct spoolss_DeviceMode *devmode, uint32_t flags);
uint32_t ndr_spoolss_PrinterEnumValues_align(uint32_t type);
