// SPDX-License-Identifier: Apache-2.0
#include <bench/flushes.h>

#include <sys/syscall.h>
#include <unistd.h>
#include <atomic>
#include <chrono>

namespace bench {

namespace {

std::atomic<double> longest_ms = 0;

int timed(long call, int file)
{
    const auto start = std::chrono::steady_clock::now();
    const auto status = static_cast<int>(syscall(call, file));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    double longest = longest_ms;
    while (took.count() > longest && !longest_ms.compare_exchange_weak(longest, took.count())) {
    }
    return status;
}

}  // namespace

double longest_flush_ms()
{
    return longest_ms.exchange(0);
}

}  // namespace bench

// SQLite and the C++ of this program call these in place of the C library's.
extern "C" int fsync(int file)
{
    return bench::timed(SYS_fsync, file);
}

extern "C" int fdatasync(int file)
{
    return bench::timed(SYS_fdatasync, file);
}
