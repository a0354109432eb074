/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "test_tables.h"
