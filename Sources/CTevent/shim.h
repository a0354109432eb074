#include <stdbool.h>
#include <stdint.h>
#include <tevent.h>
