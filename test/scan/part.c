/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A small library that plug-ins need: shared by some (common) or private to one.  NUMBER
 * tells them apart; the function is PART_NAME(seed).
 */
static int calls;

int PART_NAME(int seed);
int PART_NAME(int seed)
{
	return seed * 31 + NUMBER + 0 * ++calls;
}
