/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Loading the library changes no signal's disposition, no signal mask, no thread count and no open file.
 *   signals LIBRARY
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static int failed;

static int entries(const char *directory)
{
	DIR *dir = opendir(directory);
	int count = 0;

	if (dir == NULL) {
		return -1;
	}
	while (readdir(dir) != NULL) {
		count++;
	}
	closedir(dir);
	return count;
}

static void expect(int good, const char *what, int number)
{
	if (!good) {
		printf("FAIL loading the library changed %s %d\n", what, number);
		failed++;
	}
}

int main(int argc, char **argv)
{
	struct sigaction before[NSIG], after;
	sigset_t mask_before, mask_after;
	int threads = entries("/proc/self/task");
	int files = entries("/proc/self/fd");
	unsigned int (*version)(void);
	void *library;
	int passed = 3;
	int sig;

	memset(before, 0, sizeof(before));
	sigprocmask(SIG_SETMASK, NULL, &mask_before);
	for (sig = 1; sig < NSIG; sig++) {
		sigaction(sig, NULL, &before[sig]);
	}

	library = dlopen(argc > 1 ? argv[1] : "libdcerpcswift.so.1", RTLD_NOW | RTLD_LOCAL);
	if (library == NULL) {
		printf("FAIL %s\n0 passed, 1 failed, 0 skipped\n", dlerror());
		return 1;
	}
	*(void **)&version = dlsym(library, "dcerpcswift_version");
	expect(version != NULL && version() >= 0x010000, "the meaning of dcerpcswift_version", 1);

	for (sig = 1; sig < NSIG; sig++) {
		memset(&after, 0, sizeof(after));
		if (sigaction(sig, NULL, &after) != 0) {
			continue;
		}
		expect(after.sa_handler == before[sig].sa_handler, "the disposition of signal", sig);
		passed++;
	}
	sigprocmask(SIG_SETMASK, NULL, &mask_after);
	expect(memcmp(&mask_before, &mask_after, sizeof(mask_before)) == 0, "the signal mask", 0);
	expect(entries("/proc/self/task") == threads, "the number of threads", threads);
	expect(entries("/proc/self/fd") == files, "the number of open files", files);

	printf("%d passed, %d failed, 0 skipped\n", passed + 1 - failed, failed);
	return failed != 0;
}
