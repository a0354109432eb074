/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include <stdint.h>
uint32_t t_items(uint32_t kind, uint32_t factor);
uint16_t t_level(uint32_t value);
