#include <stdbool.h>
#include <stdint.h>
#include <nettle/aes.h>
#include <nettle/arcfour.h>
#include <nettle/cfb.h>
#include <nettle/des.h>
#include <nettle/hmac.h>
#include <nettle/md4.h>
#include <nettle/md5.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>

/* nettle's modes take a cipher as a function of void pointers, which Swift cannot make of one that is typed. */
static inline void shim_aes128_cfb8(const struct aes128_ctx *key, uint8_t iv[16], bool encrypt, size_t n, uint8_t *data)
{
	if (encrypt) {
		cfb8_encrypt(key, (nettle_cipher_func *)aes128_encrypt, AES_BLOCK_SIZE, iv, n, data, data);
	} else {
		cfb8_decrypt(key, (nettle_cipher_func *)aes128_encrypt, AES_BLOCK_SIZE, iv, n, data, data);
	}
}
