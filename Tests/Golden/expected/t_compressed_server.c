/* A server of t_compressed: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_t_compressed_s.h"

