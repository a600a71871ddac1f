/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Loads and stores that other threads and signal handlers see, by the order they keep (C11, section
 * 7.17.3): relaxed keeps none, acquire and release pair, ordered is one order for all.
 */
#ifndef LDSO_ATOMIC_H
#define LDSO_ATOMIC_H

#define load_relaxed(place) __atomic_load_n(place, __ATOMIC_RELAXED)
#define load_acquire(place) __atomic_load_n(place, __ATOMIC_ACQUIRE)
#define load_ordered(place) __atomic_load_n(place, __ATOMIC_SEQ_CST)
#define store_relaxed(place, value) __atomic_store_n(place, value, __ATOMIC_RELAXED)
#define store_release(place, value) __atomic_store_n(place, value, __ATOMIC_RELEASE)
#define store_ordered(place, value) __atomic_store_n(place, value, __ATOMIC_SEQ_CST)

#endif
