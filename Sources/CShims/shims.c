/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "shims.h"
