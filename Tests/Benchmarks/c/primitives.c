/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * primitives ntlm|krb5 sign|seal SECONDS - what protecting a fragment costs at least: the cipher and the code that the
 * mechanism prescribes, over the bytes of a full fragment, with the libraries that our library uses. Fragments are
 * protected and verified in turns; the time is of one of the two, in nanoseconds a byte of stub data.
 */
#include "measure.h"

#include <krb5.h>
#include <nettle/arcfour.h>
#include <nettle/hmac.h>

enum { FRAGMENT = 5840, HEADER = 24, TRAILER = 8, GSS_HEADER = 16, PIECES = 64 };

static uint8_t fragment[FRAGMENT];
static size_t signature; /* the mechanism's size of it */

static size_t payload(void)
{
	return (FRAGMENT - HEADER - TRAILER - signature) & ~(size_t)15;
}

static void require(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "primitives: %s\n", what);
		exit(1);
	}
}

/* --- NTLM: HMAC-MD5 of number and message, ARCFOUR of the stub data and of the code ------------------------------------ */

struct ntlm {
	struct hmac_md5_ctx code;
	struct arcfour_ctx out, in;
};

static void ntlm_code(struct ntlm *n, struct arcfour_ctx *cipher)
{
	uint8_t digest[16];
	hmac_md5_update(&n->code, 4, digest);
	hmac_md5_update(&n->code, HEADER + payload() + TRAILER, fragment);
	hmac_md5_digest(&n->code, sizeof(digest), digest);
	arcfour_crypt(cipher, 8, digest, digest);
}

static void ntlm_pair(struct ntlm *n, bool seal)
{
	uint8_t *stub = fragment + HEADER;
	ntlm_code(n, &n->out);
	if (seal) {
		arcfour_crypt(&n->out, payload(), stub, stub);
		arcfour_crypt(&n->in, payload(), stub, stub);
	}
	ntlm_code(n, &n->in);
}

static void ntlm_init(struct ntlm *n)
{
	static const uint8_t key[16] = "0123456789abcde";
	memset(n, 0, sizeof(*n));
	hmac_md5_set_key(&n->code, sizeof(key), key);
	arcfour_set_key(&n->out, sizeof(key), key);
	arcfour_set_key(&n->in, sizeof(key), key);
	signature = 16;
}

/* --- Kerberos: RFC 4121 over RFC 3962, encryption and checksum of libk5crypto ------------------------------------------ */

struct kerberos {
	krb5_context context;
	krb5_key key;
};

static krb5_crypto_iov piece(krb5_cryptotype type, void *bytes, size_t length)
{
	return (krb5_crypto_iov){.flags = type, .data = {.length = (unsigned)length, .data = bytes}};
}

static void krb5_sign(struct kerberos *k)
{
	uint8_t header[GSS_HEADER] = {4, 4}, sum[12];
	krb5_boolean genuine = false;
	krb5_crypto_iov iov[] = {
		piece(KRB5_CRYPTO_TYPE_DATA, fragment, HEADER + payload() + TRAILER),
		piece(KRB5_CRYPTO_TYPE_DATA, header, sizeof(header)),
		piece(KRB5_CRYPTO_TYPE_CHECKSUM, sum, sizeof(sum)),
	};
	require(krb5_k_make_checksum_iov(k->context, CKSUMTYPE_HMAC_SHA1_96_AES256, k->key, 25, iov, 3) == 0, "checksum");
	require(krb5_k_verify_checksum_iov(k->context, CKSUMTYPE_HMAC_SHA1_96_AES256, k->key, 25, iov, 3, &genuine) == 0 &&
			genuine, "verification");
}

static void krb5_seal(struct kerberos *k)
{
	uint8_t confounder[16], header[GSS_HEADER] = {5, 4}, sum[12];
	krb5_crypto_iov iov[] = {
		piece(KRB5_CRYPTO_TYPE_HEADER, confounder, sizeof(confounder)),
		piece(KRB5_CRYPTO_TYPE_SIGN_ONLY, fragment, HEADER),
		piece(KRB5_CRYPTO_TYPE_DATA, fragment + HEADER, payload()),
		piece(KRB5_CRYPTO_TYPE_SIGN_ONLY, fragment + HEADER + payload(), TRAILER),
		piece(KRB5_CRYPTO_TYPE_DATA, header, sizeof(header)),
		piece(KRB5_CRYPTO_TYPE_PADDING, NULL, 0),
		piece(KRB5_CRYPTO_TYPE_TRAILER, sum, sizeof(sum)),
	};
	require(krb5_k_encrypt_iov(k->context, k->key, 24, NULL, iov, 7) == 0, "encryption");
	require(krb5_k_decrypt_iov(k->context, k->key, 24, NULL, iov, 7) == 0, "decryption");
}

static void krb5_init(struct kerberos *k, bool seal)
{
	krb5_keyblock block;
	require(krb5_init_context(&k->context) == 0, "libkrb5");
	require(krb5_c_make_random_key(k->context, ENCTYPE_AES256_CTS_HMAC_SHA1_96, &block) == 0, "random key");
	require(krb5_k_create_key(k->context, &block, &k->key) == 0, "key");
	signature = seal ? GSS_HEADER + 16 + GSS_HEADER + 12 : GSS_HEADER + 12;
}

int main(int argc, char **argv)
{
	struct ntlm ntlm;
	struct kerberos kerberos;
	if (argc != 4) {
		fprintf(stderr, "usage: primitives ntlm|krb5 sign|seal SECONDS\n");
		return 2;
	}
	bool is_ntlm = strcmp(argv[1], "ntlm") == 0, seal = strcmp(argv[2], "seal") == 0;
	if (is_ntlm) {
		ntlm_init(&ntlm);
	} else {
		krb5_init(&kerberos, seal);
	}
	double seconds = strtod(argv[3], NULL), start = measure_cpu(0), now = start;
	uint64_t pairs = 0;
	while (now - start < seconds) {
		for (int i = 0; i < PIECES; i++, pairs++) {
			if (is_ntlm) {
				ntlm_pair(&ntlm, seal);
			} else if (seal) {
				krb5_seal(&kerberos);
			} else {
				krb5_sign(&kerberos);
			}
		}
		now = measure_cpu(0);
	}
	printf("ns=%.4f\n", (now - start) * 1e9 / (2.0 * (double)pairs * (double)payload()));
	return 0;
}
