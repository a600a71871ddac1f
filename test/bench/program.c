/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What start.c starts: linked with some of the libraries, does nothing. */
int main(void)
{
	return 0;
}
