// SPDX-License-Identifier: LGPL-3.0-or-later
//
// Where krb5.conf says that KDCs are.

#include <stdlib.h>
#include <string.h>

#include "library.h"

/* "host", "host:port", "[address]:port", "tcp/host"; false for what is no host. */
static bool read_kdc(const char *value, char host[256], uint16_t *port)
{
	const char *end, *slash = strchr(value, '/');
	unsigned long number = 0;
	size_t length;

	if (slash != NULL) {
		if (strncmp(value, "tcp/", 4) != 0) {
			return false;
		}
		value = slash + 1;
	}
	if (value[0] == '[') {
		value++;
		end = strchr(value, ']');
		if (end == NULL) {
			return false;
		}
		length = (size_t)(end - value);
		end++;
	} else {
		end = strchr(value, ':');
		/* More than one colon: an address of IPv6 without brackets. */
		if (end == NULL || strchr(end + 1, ':') != NULL) {
			end = value + strlen(value);
		}
		length = (size_t)(end - value);
	}
	if (*end == ':') {
		number = strtoul(end + 1, NULL, 10);
	}
	if (length == 0 || length > 255 || number > 65535) {
		return false;
	}
	memcpy(host, value, length);
	host[length] = '\0';
	*port = (uint16_t)number;
	return true;
}

bool ckrb_tickets_kdc(struct ckrb_tickets *t, const char *realm, size_t index, char host[256], uint16_t *port)
{
	const struct ckrb_library *k = t->k;
	const char *names[] = { "realms", realm, "kdc", NULL };
	struct _profile_t *profile = NULL;
	char **values = NULL;
	bool found = false;

	if (k->krb5_get_profile(t->context, &profile) != 0) {
		return false;
	}
	if (k->profile_get_values(profile, names, &values) == 0) {
		for (size_t i = 0; values[i] != NULL && !found; i++) {
			if (read_kdc(values[i], host, port) && index-- == 0) {
				found = true;
			}
		}
		k->profile_free_list(values);
	}
	k->profile_release(profile);
	return found;
}

bool ckrb_tickets_kdc_in_dns(struct ckrb_tickets *t)
{
	const struct ckrb_library *k = t->k;
	struct _profile_t *profile = NULL;
	int answer = 1;

	if (k->krb5_get_profile(t->context, &profile) != 0) {
		return true;
	}
	if (k->profile_get_boolean(profile, "libdefaults", "dns_lookup_kdc", NULL, 1, &answer) != 0) {
		answer = 1;
	}
	k->profile_release(profile);
	return answer != 0;
}
