#include <talloc.h>
