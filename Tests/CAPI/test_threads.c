/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Connections of several threads, each with a loop of its own, and what they share all the same: libkrb5, which is loaded
 * at its first use, and the tickets of the credentials that their bindings were given.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <valgrind/valgrind.h>

#include "support_echo.h"
#include "support_kdc.h"

#define THREADS 8

struct visit {
	pthread_t thread;
	pthread_barrier_t *together;
	struct dcerpc_binding *b;
	NTSTATUS status;
};

static void *visitor(void *private_data)
{
	struct visit *v = private_data;
	struct dcerpc_binding_handle *h = NULL;

	pthread_barrier_wait(v->together);
	v->status = dcerpc_connect(NULL, v->b, &ndr_table_rpcecho, &h);
	talloc_free(h);
	return NULL;
}

/* Every thread connects with the same credentials at once. The ticket is got before the server is connected to, and there
 * is none: whose tickets were right is refused by the kernel. How many were not. */
static int connect_together(const char *cache)
{
	struct dcerpc_credentials *c = dcerpc_credentials_create(NULL);
	struct visit visits[THREADS];
	pthread_barrier_t together;
	int i, wrong = 0;

	if (!NT_STATUS_IS_OK(dcerpc_credentials_set_ccache(c, cache)) ||
	    pthread_barrier_init(&together, NULL, THREADS) != 0) {
		return -1;
	}
	for (i = 0; i < THREADS; i++) {
		visits[i] = (struct visit){ .together = &together };
		if (!NT_STATUS_IS_OK(dcerpc_parse_binding(
			    NULL, "ncacn_ip_tcp:127.0.0.1[1,target_hostname=server.example.test,krb5,seal]",
			    &visits[i].b)) ||
		    !NT_STATUS_IS_OK(dcerpc_binding_set_credentials(visits[i].b, c))) {
			return -1;
		}
	}
	talloc_free(c);
	for (i = 0; i < THREADS; i++) {
		if (pthread_create(&visits[i].thread, NULL, visitor, &visits[i]) != 0) {
			return -1;
		}
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(visits[i].thread, NULL);
		talloc_free(visits[i].b);
		if (!NT_STATUS_EQUAL(visits[i].status, NT_STATUS_CONNECTION_REFUSED)) {
			fprintf(stderr, "# thread %d: %s\n", i, dcerpc_nt_errstr(visits[i].status));
			wrong++;
		}
	}
	pthread_barrier_destroy(&together);
	return wrong;
}

/* The same in a process of its own, which has not used Kerberos before. */
static void assert_right_in_a_process(const char *cache, unsigned rounds)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		int wrong = 0;

		/* That is a list that all threads would share. */
		talloc_disable_null_tracking();
		while (wrong == 0 && rounds-- > 0) {
			wrong = connect_together(cache);
		}
		if (wrong == 0 && VALGRIND_COUNT_ERRORS == 0) {
			/* No exit that valgrind would look for leaks at: the rest is the parent's. */
			kill(getpid(), SIGKILL);
		}
		_exit(1);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static const char *new_cache(TALLOC_CTX *mem_ctx)
{
	const char *path = kdc_file(mem_ctx, "cache");

	/* Many tickets take long to store. */
	kdc_write_cache(mem_ctx, path, 3600, 3600, 100);
	return path;
}

static void libraries_are_loaded_by_many(void **state)
{
	const char *cache = new_cache(*state);
	unsigned i;

	for (i = 0; i < (RUNNING_ON_VALGRIND ? 2 : 30); i++) {
		assert_right_in_a_process(cache, 1);
	}
}

static void tickets_are_shared_by_many(void **state)
{
	assert_right_in_a_process(new_cache(*state), RUNNING_ON_VALGRIND ? 2 : 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(libraries_are_loaded_by_many),
		TALLOC_TEST(tickets_are_shared_by_many),
	};

	return cmocka_run_group_tests(tests, kdc_prepare, kdc_done);
}
