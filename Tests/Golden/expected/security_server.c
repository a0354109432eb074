/* A server of security: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_security_s.h"

