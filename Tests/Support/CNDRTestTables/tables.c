#include "test_tables.h"
