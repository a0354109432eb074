#include "builtin_tables.h"
