/* A server of misc: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_misc_s.h"

