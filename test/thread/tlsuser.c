/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plug-in that wants another one's thread-local variable at a fixed offset. */
extern __thread int tls_set __attribute__((tls_model("initial-exec")));

int tls_user(void);

int tls_user(void)
{
	return tls_set;
}
