/* Glibc's module first, where the Swift compiler provides it: else <sys/socket.h> would belong to this module too, and
 * an optimised build would not find socket types where only Glibc is imported. */
#if __has_include(<SwiftGlibc.h>)
#include <SwiftGlibc.h>
#endif
#include <ares.h>
