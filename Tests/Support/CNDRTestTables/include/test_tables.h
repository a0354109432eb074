/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * test_tables.h - the tables that dcerpc-idl made of idl/echo.idl and Tests/Golden/idl, and a few made by hand.
 */
#ifndef TEST_TABLES_H
#define TEST_TABLES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include "ndr_t_arrays.h"
#include "ndr_echo.h"
#include "ndr_t_compressed.h"
#include "ndr_t_enums.h"
#include "ndr_t_expressions.h"
#include "ndr_t_imports.h"
#include "ndr_t_language.h"
#include "ndr_t_layout.h"
#include "ndr_t_midl.h"
#include "ndr_t_objects.h"
#include "ndr_t_pipes.h"
#include "ndr_t_pointers.h"
#include "ndr_t_relative.h"
#include "ndr_t_scalars.h"
#include "ndr_t_security.h"
#include "ndr_t_shared.h"
#include "ndr_t_strings.h"
#include "ndr_t_text.h"
#include "ndr_t_unions.h"
#include "ndr_t_wide.h"
#include "test_arena.h"

#endif
