// SPDX-License-Identifier: Apache-2.0
#include <server/serve.h>

#include <server/standby.h>
#include <server/tls_identity.h>

#include <platform/log/log.h>

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace server {

namespace {

constexpr const char* anew_mark = "YUNGUI_BEGUN_ANEW";
constexpr int taken_over_signal = SIGUSR1;
constexpr std::chrono::milliseconds first_pause{250};
constexpr std::chrono::milliseconds longest_pause{4000};

/// The signals that this program waits for, blocked in every thread.
class Signals {
public:
    Signals()
    {
        sigemptyset(&set_);
        for (const int one : {SIGINT, SIGTERM, taken_over_signal}) sigaddset(&set_, one);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        std::signal(SIGPIPE, SIG_IGN);
    }

    int wait()
    {
        int received = 0;
        sigwait(&set_, &received);
        return received;
    }

    /// The next of them within that time, or 0.
    int wait(std::chrono::milliseconds most)
    {
        const timespec time{most.count() / 1000, most.count() % 1000 * 1'000'000};
        const int received = sigtimedwait(&set_, nullptr, &time);
        return received > 0 ? received : 0;
    }

    bool pending() const
    {
        sigset_t waiting;
        sigpending(&waiting);
        return sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1 ||
               sigismember(&waiting, taken_over_signal) == 1;
    }

private:
    sigset_t set_{};
};

/// Replaces the process by a fresh one with the same words. Nothing of memory stays, and what was
/// begun is not answered: the callers' connections end, as with a program that dies.
[[noreturn]] void begin_anew()
{
    platform::log::error("server.begins_anew", {});
    platform::log::flush();
    std::ifstream in{"/proc/self/cmdline"};
    std::string all{std::istreambuf_iterator<char>{in}, {}};
    std::vector<char*> words;
    for (std::size_t at = 0; at < all.size(); at = all.find('\0', at) + 1)
        words.push_back(all.data() + at);
    words.push_back(nullptr);
    // Sockets that libraries opened would be kept, and our own port with them.
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        const int file = std::stoi(entry.path().filename().string());
        if (file > STDERR_FILENO) ::fcntl(file, F_SETFD, FD_CLOEXEC);
    }
    ::setenv(anew_mark, "1", 1);
    ::execv("/proc/self/exe", words.data());
    std::perror("yungui: cannot begin anew");
    std::_Exit(3);
}

/// Where the bank's address is the operator's choice and its certificate is known.
std::unique_ptr<Standby> stand_by(const Settings& settings)
{
    const bool shared = platform::sql::is_postgres_url(settings.database);
    const bool speaks = !settings.tls || known_tls_identity(settings.data_folder);
    if (!shared || !speaks || settings.port == 0) return nullptr;
    return std::make_unique<Standby>(settings);
}

}  // namespace

bool begun_anew()
{
    return std::getenv(anew_mark) != nullptr;
}

int serve(Settings settings, const std::function<void(BankProgram&)>& ready)
{
    Signals signals;
    settings.stop_waiting = [&signals] { return signals.pending(); };
    settings.on_taken_over = [] { ::kill(::getpid(), taken_over_signal); };
    std::unique_ptr<Standby> standby;
    settings.before_listening = [&standby] { standby.reset(); };

    base::Result<std::unique_ptr<BankProgram>> program{nullptr};
    for (auto pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
        std::string why;
        try {
            if (standby == nullptr) standby = stand_by(settings);
            program = BankProgram::start(settings);
            if (program) break;
            why = program.error().detail;
        } catch (const std::exception& failure) {
            why = failure.what();
        }
        const int received = signals.wait(begun_anew() ? pause : std::chrono::milliseconds{0});
        if (received == taken_over_signal) begin_anew();
        if (received != 0) return 0;  // Asked to end while it stood by.
        if (!begun_anew()) {
            std::fprintf(stderr, "yungui: %s\n", why.c_str());
            return 1;
        }
        platform::log::error("server.not_begun", {{"what", why}});
    }
    ready(*program.value());
    if (signals.wait() == taken_over_signal) {
        std::fprintf(stderr, "yungui: another node has taken a book over; this one stands by\n");
        program.value()->end_processes();
        begin_anew();
    }
    if (!settings.quiet) std::printf("\n  Ending: what was begun is finished first.\n");
    return 0;
}

}  // namespace server
