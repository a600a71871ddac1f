// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What C++ has of threads, in a static program, too: nothing of it may be left out by the link.
#include "../thread/tap.h"
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace
{

std::atomic<int> ended;

struct counts_its_end {
	~counts_its_end()
	{
		ended++;
	}
};

thread_local counts_its_end mine;

void joins()
{
	std::mutex mutex;
	std::vector<std::thread> threads;
	int sum = 0;

	for (int i = 1; i <= 4; i++)
		threads.emplace_back([&, i] {
			for (int k = 0; k < 1000; k++) {
				std::lock_guard<std::mutex> guard(mutex);

				sum += i;
			}
			(void)&mine;
		});
	for (auto &thread : threads)
		thread.join();
	tap_ok(sum == 10000, "join, mutex: %d", sum);
	tap_ok(ended == 4, "thread_local destructors: %d", ended.load());
}

void hands_over()
{
	std::mutex mutex;
	std::condition_variable changed;
	std::shared_timed_mutex readers;
	int turn = 0;

	std::thread other([&] {
		std::unique_lock<std::mutex> guard(mutex);

		changed.wait(guard, [&] { return turn == 1; });
		turn = 2;
		changed.notify_all();
	});
	{
		std::unique_lock<std::mutex> guard(mutex);

		turn = 1;
		changed.notify_all();
		tap_ok(changed.wait_for(guard, std::chrono::seconds(10), [&] { return turn == 2; }), "condition variable");
	}
	other.join();
	std::shared_lock<std::shared_timed_mutex> one(readers), two(readers);
	std::thread writer([&] { turn = readers.try_lock_for(std::chrono::milliseconds(1)) ? 4 : 3; });

	writer.join();
	tap_ok(turn == 3, "shared_timed_mutex");
}

int fails()
{
	throw std::runtime_error("thrown");
}

void promises()
{
	std::once_flag flag;
	int calls = 0;
	std::string what;

	for (int i = 0; i < 2; i++)
		std::thread([&] { std::call_once(flag, [&] { calls++; }); }).join();
	tap_ok(calls == 1, "call_once: %d", calls);
	auto answer = std::async(std::launch::async, [] { return 42; });
	auto failure = std::async(std::launch::async, fails);

	tap_ok(answer.get() == 42, "async");
	try {
		failure.get();
	} catch (const std::exception &error) {
		what = error.what();
	}
	tap_ok(what == "thrown", "an exception from a thread: %s", what.c_str());

	std::promise<int> promise;
	std::thread([&] { promise.set_value_at_thread_exit(7); }).detach();
	tap_ok(promise.get_future().get() == 7, "detach, set_value_at_thread_exit");
}

} // namespace

int main()
{
#if _GLIBCXX_GTHREAD_USE_WEAK
	// A static program of such a library has to be linked with all of libpthread by whoever makes it.
	if (STATIC) {
		puts("1..0 # SKIP this libstdc++ refers to threads weakly");
		return 0;
	}
#endif
	tap_begin("threads", 60);
	joins();
	hands_over();
	promises();
	return tap_end();
}
