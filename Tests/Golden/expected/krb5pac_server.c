/* A server of krb5pac: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_krb5pac_s.h"

