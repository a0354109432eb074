/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * minimal_none [weigh] - a program that links nothing: the floor of the start-up time.
 */
#include "weigh.h"

int main(int argc, char **argv)
{
	(void)argv;
	return argc > 1 ? weigh() : 0;
}
