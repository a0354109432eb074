/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ndr_format.h - the layout of the type tables that dcerpc-idl emits and that libdcerpcswift reads.
 *
 * A table describes one interface: its functions and every type that they reach. It is constant data: the IDL
 * compiler writes numbers, offsetof() and sizeof(); the library checks the whole table once, compiles it for NDR32
 * or NDR64 and then pushes, pulls, sizes and prints C structures with it. Nobody writes tables by hand, and nothing
 * in a program but generated files needs this header's contents.
 *
 * Records refer to each other by index, never by pointer, so a table stays in read-only memory without
 * relocations. Index 0 of `code` and offset 0 of `strings` mean "none" ("").
 *
 * Every number below is frozen: new ones are added, none is ever changed or reused. A table starts with its format
 * version; the library reads every format that it ever shipped and refuses a newer one.
 */
#ifndef DCERPCSWIFT_NDR_FORMAT_H
#define DCERPCSWIFT_NDR_FORMAT_H

#include <stddef.h>
#include <stdint.h>
#include "types.h"

/* Generated headers put these around what generated sources define. Such names stay inside the program or library that
 * they are compiled into, for Samba's libraries define some of them too (ndr_table_X, dcerpc_F) and would get ours.
 * Whoever shares stubs from a library of his own compiles them, and what uses them, with DCERPC_STUBS_SHARED. */
#if defined(__GNUC__) && !defined(DCERPC_STUBS_SHARED)
#define DCERPC_STUBS_BEGIN _Pragma("GCC visibility push(hidden)")
#define DCERPC_STUBS_END _Pragma("GCC visibility pop")
#else
#define DCERPC_STUBS_BEGIN
#define DCERPC_STUBS_END
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** The format that this header describes. */
#define NDR_TABLE_FORMAT 1u

/* --- Scalars: what goes over the wire --------------------------------------------------------------------------
 * In brackets: bytes in NDR32 / NDR64 and the C type. Natural alignment where nothing is said. */
#define NDR_T_UINT8 1u        /* [1]   uint8_t; also char, boolean8 */
#define NDR_T_INT8 2u         /* [1]   int8_t */
#define NDR_T_UINT16 3u       /* [2]   uint16_t; also wchar_t */
#define NDR_T_INT16 4u        /* [2]   int16_t */
#define NDR_T_UINT32 5u       /* [4]   uint32_t; also boolean32, time-less longs */
#define NDR_T_INT32 6u        /* [4]   int32_t */
#define NDR_T_HYPER 7u        /* [8]   uint64_t, 8-aligned; also NTTIME_hyper */
#define NDR_T_INT64 8u        /* [8]   int64_t, 8-aligned */
#define NDR_T_DLONG 9u        /* [8]   int64_t, 4-aligned, low word first */
#define NDR_T_UDLONG 10u      /* [8]   uint64_t, 4-aligned, low word first; also NTTIME */
#define NDR_T_UDLONGR 11u     /* [8]   uint64_t, 4-aligned, high word first */
#define NDR_T_UINT3264 12u    /* [4/8] uint32_t; NDR64 pull: upper half must be 0 */
#define NDR_T_INT3264 13u     /* [4/8] int32_t, sign-extended */
#define NDR_T_UINT1632 14u    /* [2/4] uint16_t; the wire form of a plain enum */
#define NDR_T_FLOAT 15u       /* [4]   float */
#define NDR_T_DOUBLE 16u      /* [8]   double */
#define NDR_T_NTTIME 17u      /* [8]   NTTIME (uint64_t), as UDLONG; prints as a time */
#define NDR_T_NTTIME_HYPER 18u /* [8]  NTTIME, 8-aligned; prints as a time */
#define NDR_T_NTTIME_1SEC 19u /* [8]   NTTIME, as HYPER, in seconds on the wire */
#define NDR_T_TIME_T 20u      /* [4]   time_t */
#define NDR_T_WERROR 21u      /* [4]   WERROR */
#define NDR_T_NTSTATUS 22u    /* [4]   NTSTATUS */
#define NDR_T_HRESULT 23u     /* [4]   HRESULT */
#define NDR_T_GUID 24u        /* [16]  struct GUID, 4-aligned */
#define NDR_T_POLICY_HANDLE 25u /* [20] struct policy_handle, 4-aligned */
#define NDR_T_SYNTAX_ID 26u   /* [20]  struct ndr_syntax_id, 4-aligned */
#define NDR_T_IPV4ADDRESS 27u /* [4]   const char *, dotted; network byte order on the wire */
#define NDR_T_IPV6ADDRESS 28u /* [16]  const char * */
#define NDR_T_DOM_SID 29u     /* struct dom_sid: revision, count, authority, count sub-authorities; 4-aligned */
#define NDR_T_DOM_SID2 30u    /* struct dom_sid after a uint3264 count (conformant) */
#define NDR_T_DOM_SID28 31u   /* struct dom_sid in exactly 28 bytes, zero padded */
#define NDR_T_DOM_SID0 32u    /* struct dom_sid that may be absent at the end of the data */
#define NDR_T_POINTER 33u     /* void * that never goes over the wire: [0] */
#define NDR_T_ERROR_STATUS 34u /* [4]  uint32_t; an error_status_t */
#define NDR_T_UID 35u         /* [8]   uid_t, 8-aligned */
#define NDR_T_GID 36u         /* [8]   gid_t, 8-aligned */
/* [MS-DTYP] 2.4. Their records' `extra` is sizeof(struct security_ace). */
#define NDR_T_SECURITY_DESCRIPTOR 37u /* struct security_descriptor, self-relative, little-endian, 4-aligned; its
                                         offsets count from the start of the subcontext or stub */
#define NDR_T_SECURITY_ACL 38u /* struct security_acl; 4-aligned */
#define NDR_T_SECURITY_ACE 39u /* struct security_ace; 4-aligned */
#define NDR_T_TIMEVAL 80u     /* [12]  struct timeval: seconds in 8 bytes, microseconds in 4; 8-aligned */
#define NDR_T_TIMESPEC 81u    /* [12]  struct timespec, with nanoseconds */

/* --- Kinds of types -------------------------------------------------------------------------------------------- */
#define NDR_KIND_SCALAR 1u  /* wire = NDR_T_*; range */
#define NDR_KIND_ENUM 2u    /* wire = its scalar; values first..first+count for printing; c_size = sizeof(enum) */
#define NDR_KIND_BITMAP 3u  /* wire = its scalar; values = name and mask */
#define NDR_KIND_STRUCT 4u  /* members first..first+count; a conformant array may be the last */
#define NDR_KIND_UNION 5u   /* wire = scalar of the tag; members = arms */
#define NDR_KIND_POINTER 6u /* wire = NDR_PTR_*; ref = pointee */
#define NDR_KIND_ARRAY 7u   /* ref = element; count if fixed; size_expr, length_expr */
#define NDR_KIND_STRING 8u  /* wire = NDR_CHARSET_*; C slot: const char * (UTF-8) unless NDR_F_INLINE; count, exprs */
#define NDR_KIND_BLOB 9u    /* C: DATA_BLOB; wire: uint3264 length, bytes */
#define NDR_KIND_HOOK 10u   /* extra = index into hooks: C functions marshal it. ref = the type as the IDL describes it, for
                               what the hook leaves NULL; its own index: not described, and wire = its alignment */
#define NDR_KIND_PIPE 11u   /* ref = STRUCT of its chunks: { uint32_t count (NDR_T_UINT3264); T *array; }, with
                               NDR_F_ENCAPSULATED; only arguments are pipes, and their C slot is a pointer */
#define NDR_KIND_SUBCONTEXT 12u /* ref = content, which has the C slot; wire = NDR_SUB_*; size_expr = subcontext_size.
                                   Alignment and offsets start anew in it, and it is NDR32 but for NDR_SUB_TYPE_2.
                                   count: behind it zeros, as if its size were a multiple of 2, 4 or 8; or 0 */

/* Pointers. A POINTER whose pointee is a STRING without NDR_F_INLINE, or an ARRAY without NDR_F_INLINE, shares its
 * C slot with it: one `char *` or `T *` stands for both levels. NDR_F_SHARES_SLOT says so. Every other pointer has
 * a slot that holds the address of a separately allocated pointee of the pointee's c_size. */
#define NDR_PTR_REF 1u    /* never NULL; embedded: a referent id is on the wire; NDR_F_TOP_LEVEL: nothing is */
#define NDR_PTR_UNIQUE 2u /* may be NULL; referent id 0 or not */
#define NDR_PTR_FULL 3u   /* may be NULL and may alias; referent ids are remembered for the whole call */
#define NDR_PTR_RELATIVE 4u       /* may be NULL; 4 bytes, in NDR64 too: where the pointee is, counted from the start of the
                                     subcontext or of the structure around it with NDR_FLAG_RELATIVE_BASE; or 0 */
#define NDR_PTR_RELATIVE_SHORT 5u /* the same in 2 bytes */

/* What stands before a subcontext. */
#define NDR_SUB_NONE 0u   /* nothing: the size is size_expr, or what is left */
#define NDR_SUB_UINT16 2u /* its size */
#define NDR_SUB_UINT32 4u /* its size, a uint3264 */
#define NDR_SUB_TYPE_1 1u /* type serialisation version 1 ([MS-RPCE] 2.2.6): both headers, and padding to 8 */
#define NDR_SUB_TYPE_2 3u /* type serialisation version 2 ([MS-RPCE] 2.2.7): both headers, and padding to 16; little-endian,
                             in the transfer syntax around it, and read in the one that it names */

/* How the content of a subcontext is compressed: what the code in `extra` of a SUBCONTEXT computes; its length_expr computes
 * the size of the content. */
#define NDR_COMPRESSION_MSZIP_CAB 1u /* one chunk of MSZIP ([MS-MCI]) without sizes, as in cabinet files */
#define NDR_COMPRESSION_MSZIP 2u     /* chunks of 32 KB with their sizes ([MS-DRSR] 4.1.10.6.18) */
#define NDR_COMPRESSION_XPRESS 3u    /* chunks of 64 KB, plain LZ77 ([MS-XCA] 2.3) */
#define NDR_COMPRESSION_WIN2K3_LZ77_DIRECT2 3u /* another name of the same */
#define NDR_COMPRESSION_XPRESS_HUFF_RAW 4u     /* LZ77+Huffman ([MS-XCA] 2.1) without chunks */

#define NDR_CHARSET_UTF16 1u /* 2-byte units */
#define NDR_CHARSET_DOS 2u   /* 1-byte units; read and written as UTF-8 here */
#define NDR_CHARSET_UTF8 3u
#define NDR_CHARSET_UNIX 4u
#define NDR_CHARSET_ASCII 5u /* values over 0x7f are an error */

/* Flags of a type record. */
#define NDR_F_SHARES_SLOT 0x0001u  /* POINTER, see above */
#define NDR_F_TOP_LEVEL 0x0002u    /* POINTER directly below a function argument */
#define NDR_F_INLINE 0x0004u       /* ARRAY: the elements stand in the C structure itself (T x[N]).
                                      STRING: the characters do (char x[N]) */
#define NDR_F_CONFORMANT 0x0008u   /* ARRAY, STRING: max_count is on the wire; size_expr computes it on push */
#define NDR_F_VARYING 0x0010u      /* ARRAY, STRING: offset and actual_count are on the wire; length_expr */
#define NDR_F_FIXED 0x0020u        /* ARRAY, STRING: exactly `count` elements, no counts on the wire */
#define NDR_F_TERMINATED 0x0040u   /* STRING: written with, and on pull checked for, a terminator; the counts include
                                      it. ARRAY: [string] of a non-character element: zero element ends it */
#define NDR_F_TO_NULL 0x0080u      /* STRING: characters after the first terminator are ignored on pull */
#define NDR_F_BYTE_COUNTS 0x0100u  /* STRING: counts are bytes whatever the charset, nothing is aligned; without counts on
                                      the wire */
#define NDR_F_MS_UNION 0x0100u     /* UNION: the arm is aligned to the largest arm in NDR32 */
#define NDR_F_NO_DISCRIMINANT 0x0200u /* UNION: no tag is on the wire */
#define NDR_F_ENCAPSULATED 0x0400u /* STRUCT: in NDR32 not aligned as a whole, only its members are. UNION: reserved */
#define NDR_F_HAS_DEFAULT 0x0800u  /* UNION: one member carries NDR_M_DEFAULT */
#define NDR_F_HEX 0x1000u          /* ARRAY of bytes: printed as a hex line; STRUCT: so are all in it; ENUM: 0x.. */
#define NDR_F_SECRET 0x2000u       /* printed as <REDACTED SECRET VALUES> */
#define NDR_F_NO_PRINT 0x4000u
#define NDR_F_NO_SIZE_CHECK 0x8000u /* ARRAY: the counts are not compared with the expressions on pull */
#define NDR_F_STRING_TYPE 0x8000u  /* STRING: of the type `string`: max_count stays with it, its characters are not aligned,
                                      NULL is written as "", and the terminator may be missing on pull */

/* ndr_flags of a type record: they hold for all that is in it. An order, where the two are set, means NDR32 too. */
#define NDR_FLAG_LITTLE_ENDIAN 0x0001u
#define NDR_FLAG_BIG_ENDIAN 0x0002u
#define NDR_FLAG_NO_ALIGN 0x0004u
/* What relative pointers lead to starts at a multiple of so many bytes. Each ends NDR_FLAG_NO_ALIGN. */
#define NDR_FLAG_ALIGN2 0x0008u
#define NDR_FLAG_ALIGN4 0x0010u
#define NDR_FLAG_ALIGN8 0x0020u
/* It is written at the end of the subcontext, whose size is known, the last one first. */
#define NDR_FLAG_RELATIVE_REVERSE 0x0040u
/* STRUCT, UNION: relative pointers in it count from where it, or its arm, starts. */
#define NDR_FLAG_RELATIVE_BASE 0x0080u
/* SUBCONTEXT: all of its bytes have to be read. */
#define NDR_FLAG_NO_UNREAD_BYTES 0x0100u
/* Hooks find LIBNDR_FLAG_NO_COMPRESSION: domain names are written in full. */
#define NDR_FLAG_NO_COMPRESSION 0x0200u
/* In the `extra` of a relative POINTER: code that computes one of these when it is marshalled. */
#define NDR_ALIGN_2 0x400000u
#define NDR_ALIGN_4 0x800000u
#define NDR_ALIGN_8 0x1000000u

/* STRING with NDR_F_STRING_TYPE, extra: a form that the flags above cannot say, in the numbers of LIBNDR_FLAG_*. Its
 * size_expr then computes more of these when it is marshalled. */
#define NDR_TEXT_ARRAY 0x0001u      /* C slot: const char **, up to a NULL: one string after the other, an empty one at the end */
#define NDR_TEXT_ASCII 0x0004u      /* bytes instead of UTF-16, as NDR_CHARSET_DOS */
#define NDR_TEXT_LEN4 0x0008u       /* first an offset, 0, and a length */
#define NDR_TEXT_SIZE4 0x0010u      /* first a size, 32 bits in NDR64 too */
#define NDR_TEXT_NOTERM 0x0020u     /* no terminator; of an array: none behind the last one */
#define NDR_TEXT_NULLTERM 0x0040u   /* up to its terminator */
#define NDR_TEXT_SIZE2 0x0080u      /* first a size of 16 bits */
#define NDR_TEXT_BYTESIZE 0x0100u   /* the size counts bytes */
#define NDR_TEXT_NO_NUL 0x0200u     /* a zero before its end is an error */
#define NDR_TEXT_CONFORMANT 0x0400u /* says nothing here */
#define NDR_TEXT_CHARLEN 0x0800u    /* the size leaves the terminator out */
#define NDR_TEXT_UTF8 0x1000u       /* UTF-8 */
#define NDR_TEXT_RAW8 0x2000u       /* bytes that nobody looks at */
#define NDR_TEXT_REMAINING 0x200000u /* up to the end of the data */

/* BLOB, extra: what else than a length and bytes it is. */
#define NDR_BLOB_REMAINING 1u /* all that is left */
#define NDR_BLOB_ALIGN2 2u    /* the bytes up to the next multiple of 2, 4, 8 */
#define NDR_BLOB_ALIGN4 4u
#define NDR_BLOB_ALIGN8 8u

/** One type. Levels of an IDL element (pointer to array of ...) are chained types, as in the C declaration. */
struct ndr_type_record {
	uint8_t kind;         /**< NDR_KIND_* */
	uint8_t wire;         /**< NDR_T_*, NDR_PTR_* or NDR_CHARSET_*, by kind */
	uint16_t flags;       /**< NDR_F_* */
	uint32_t name;        /**< its IDL name, or 0 for a level without a name */
	uint32_t c_name;      /**< its C type ("struct lsa_String"), the talloc name of what is pulled */
	uint32_t c_size;      /**< sizeof what one element of it takes in C: a pointer or shared slot takes a pointer;
	                           an inline array or string all its elements */
	uint32_t first;       /**< STRUCT, UNION: first member; ENUM, BITMAP: first value */
	uint32_t count;       /**< of members or values; NDR_F_FIXED: of elements */
	uint32_t ref;         /**< POINTER, ARRAY: index of the type that it leads to */
	uint32_t size_expr;   /**< index into code, or 0 */
	uint32_t length_expr; /**< index into code, or 0 */
	uint32_t range;       /**< SCALAR, ENUM: 1 + index into ranges; ARRAY, STRING: the same, on its element count; or 0 */
	uint32_t extra;       /**< STRUCT, UNION: max_recursion or 0; BLOB: NDR_BLOB_*; HOOK: index; varying ARRAY: code
	                           index of first_is, the first element that is on the wire, or 0 */
	uint32_t ndr_flags;   /**< NDR_FLAG_* */
};

/* Flags of a member. */
#define NDR_M_DEFAULT 0x0001u  /* union arm: [default] */
#define NDR_M_EMPTY 0x0002u    /* union arm without content */
#define NDR_M_NO_PRINT 0x0004u /* [noprint] */
#define NDR_M_SKIP 0x0008u     /* [skip]: stays in C, never on the wire */
#define NDR_M_RESULT 0x0010u   /* the function's return value */
#define NDR_M_CONTEXT_HANDLE 0x0020u /* [context_handle]; reserved for the context handle table */
#define NDR_M_SECRET 0x0040u   /* printed as <REDACTED SECRET VALUES>, with all that is in it */
#define NDR_M_NO_INIT 0x1000u  /* [skip_noinit]: with NDR_M_SKIP; a pull leaves it as the caller set it */

/** A field of a structure, an arm of a union, or an argument of a function in one direction. */
struct ndr_member_record {
	uint32_t name;        /**< as printed */
	uint32_t type;        /**< index into types */
	uint32_t c_offset;    /**< in the structure; in a function's structure offsetof(struct F, in.x) or out.x;
	                           of a union arm 0 */
	uint32_t flags;       /**< NDR_M_* */
	uint32_t switch_expr; /**< where the member is (or points to, at whatever depth) a UNION: code index of
	                           switch_is, evaluated on the enclosing structure; else 0 */
	uint32_t value_expr;  /**< code index of [value(...)]: replaces the C field on push; else 0. Of a STRING it is
	                           NDR_X_TEXT, of an inline ARRAY of bytes an NDR_X_THUNK that gives their address, of a
	                           unique POINTER NDR_X_CONST 0, which is NULL */
	uint32_t peer;        /**< [out] argument that is also [in]: 1 + index of its [in] member; else 0 */
	uint32_t reserved;
	int64_t label;        /**< union arm: the case; one record a label, several may share a name and type */
};

/** A name of an enumeration or a mask of a bitmap, for printing. */
struct ndr_value_record {
	uint32_t name;
	uint32_t reserved;
	int64_t value;
};

struct ndr_range_record {
	int64_t min;
	int64_t max;
};

/* --- Expressions ------------------------------------------------------------------------------------------------
 * A small stack machine over signed 64-bit numbers. An instruction is one word: the operation in the low 8 bits, an
 * immediate in the high 24. `self` is the C structure that encloses the member (the whole `struct F` for a function).
 * Overflow, division by zero and a NULL that is dereferenced are errors, never traps. At most NDR_EXPR_DEPTH deep.
 *
 * On push an operation NDR_X_U8..I64 whose immediate is the c_offset of a member with a value_expr stands for that
 * expression, not for the C field (lsa_String: size_is(size / 2) with [value(2 * strlen_m(string))] size). On pull
 * and print it is the field. */
#define NDR_EXPR_DEPTH 16u
#define NDR_X_END 0u        /* the value on top is the result */
#define NDR_X_CONST 1u      /* push immediate, sign-extended from 24 bits */
#define NDR_X_CONST64 2u    /* push the next two words: low, high */
#define NDR_X_U8 3u         /* push the field at self + immediate, as the named C type */
#define NDR_X_U16 4u
#define NDR_X_U32 5u
#define NDR_X_U64 6u
#define NDR_X_I8 7u
#define NDR_X_I16 8u
#define NDR_X_I32 9u
#define NDR_X_I64 10u
#define NDR_X_PTR 11u       /* push the C pointer at self + immediate */
#define NDR_X_ADDR 12u      /* push the address self + immediate */
#define NDR_X_AT_U8 13u     /* pop a pointer, push what stands immediate bytes behind it */
#define NDR_X_AT_U16 14u
#define NDR_X_AT_U32 15u
#define NDR_X_AT_U64 16u
#define NDR_X_AT_I8 17u
#define NDR_X_AT_I16 18u
#define NDR_X_AT_I32 19u
#define NDR_X_AT_I64 20u
#define NDR_X_AT_PTR 21u
#define NDR_X_ADD 22u       /* pop b, pop a, push a op b */
#define NDR_X_SUB 23u
#define NDR_X_MUL 24u
#define NDR_X_DIV 25u
#define NDR_X_MOD 26u
#define NDR_X_SHL 27u
#define NDR_X_SHR 28u
#define NDR_X_AND 29u
#define NDR_X_OR 30u
#define NDR_X_XOR 31u
#define NDR_X_INVERT 32u    /* pop a, push ~a */
#define NDR_X_NEGATE 33u
#define NDR_X_NOT 34u       /* !a */
#define NDR_X_EQ 35u        /* comparisons push 0 or 1 */
#define NDR_X_NE 36u
#define NDR_X_LT 37u
#define NDR_X_LE 38u
#define NDR_X_GT 39u
#define NDR_X_GE 40u
#define NDR_X_LAND 41u
#define NDR_X_LOR 42u
#define NDR_X_SELECT 43u    /* pop c, pop b, pop a: push a ? b : c */
/* pop a const char * (UTF-8), push a length; NULL counts as 0 */
#define NDR_X_STRLEN 44u    /* bytes */
#define NDR_X_STRLEN_TERM 45u       /* bytes + 1 */
#define NDR_X_STRLEN_TERM_NULL 46u  /* bytes + 1; "": 0 */
#define NDR_X_STRLEN_M 47u          /* UTF-16 units */
#define NDR_X_STRLEN_M_TERM 48u     /* UTF-16 units + 1 */
#define NDR_X_STRLEN_M_TERM_NULL 49u /* UTF-16 units + 1; "": 0 */
#define NDR_X_THUNK 50u     /* push thunks[immediate](self) */
#define NDR_X_STRINGS_LEN 51u /* pop a count, pop a const char ** of so many, push the UTF-16 units of all of them; immediate 1:
                                 each with its terminator; NULL counts as 0 */
#define NDR_X_SIZE_OF 52u   /* pop the level of a union, pop an address of type `immediate`, push the bytes that a push of it
                               alone writes; NULL counts as 0, and so do sizes within it */

#define NDR_X_TEXT 60u      /* push the address of the string `immediate`: only as [value()] of a STRING, and alone */

/** An expression too rich for the machine, as a generated C function. */
typedef int64_t (*ndr_expression_fn)(const void *self);

#define NDR_OP(op, immediate) ((uint32_t)(op) | ((uint32_t)(immediate) << 8))

/* --- Functions and the interface -------------------------------------------------------------------------------- */
#define NDR_CALL_NO_OPNUM 0x0001u /* [noopnum]: behind the others, never called over the wire */
#define NDR_CALL_TODO 0x0002u     /* [todo]: declared, never marshalled */
#define NDR_CALL_IDEMPOTENT 0x0004u

struct ndr_interface_call {
	const char *name;
	size_t struct_size;    /**< sizeof(struct F); 0 for a function without arguments and result */
	uint32_t flags;        /**< NDR_CALL_* */
	uint32_t first_in;     /**< members: the [in] arguments in order */
	uint32_t num_in;
	uint32_t first_out;    /**< members: the [out] arguments in order, then the result */
	uint32_t num_out;
	uint32_t in_pipes;     /**< how many of the [in] members are NDR_KIND_PIPE */
	uint32_t out_pipes;    /**< how many of the [out] members are */
	uint32_t hook;         /**< 1 + index into hooks of the C functions that marshal it; or 0 */
};

struct ndr_push;
struct ndr_pull;
struct ndr_print;

/** C functions that marshal a type or a function; what is NULL is done as described. They return an enum ndr_err_code
 * (ndr_marshal.h), and `ndr_flags` are NDR_SCALARS and NDR_BUFFERS of a type, NDR_IN or NDR_OUT of a function. */
struct ndr_type_hook {
	const char *name;
	int (*push)(struct ndr_push *ndr, int ndr_flags, const void *r);
	int (*pull)(struct ndr_pull *ndr, int ndr_flags, void *r);
	void (*print)(struct ndr_print *ndr, const char *name, int ndr_flags, const void *r);
};

struct ndr_interface_string_array {
	uint32_t count;
	const char *const *names;
};

/** A type that generated code or a tool can name: its index in `types`. */
struct ndr_interface_table {
	uint32_t format;      /**< NDR_TABLE_FORMAT of the compiler that wrote it; stays first for ever */
	uint32_t table_size;  /**< sizeof(struct ndr_interface_table) there */
	const char *name;
	struct ndr_syntax_id syntax_id;
	const char *helpstring;
	uint32_t num_calls;
	const struct ndr_interface_call *calls;
	const struct ndr_interface_string_array *endpoints;
	const struct ndr_interface_string_array *authservices;
	uint32_t pointer_size; /**< sizeof(void *) there; the library refuses another */
	uint32_t num_types;
	const struct ndr_type_record *types;
	uint32_t num_members;
	const struct ndr_member_record *members;
	uint32_t num_values;
	const struct ndr_value_record *values;
	uint32_t num_ranges;
	const struct ndr_range_record *ranges;
	uint32_t code_words;
	const uint32_t *code;
	uint32_t strings_size;
	const char *strings;   /**< NUL-terminated strings one after another, the first one empty */
	uint32_t num_thunks;
	const ndr_expression_fn *thunks;
	uint32_t num_hooks;
	const struct ndr_type_hook *hooks;
};

#ifdef __cplusplus
}
#endif

#endif
