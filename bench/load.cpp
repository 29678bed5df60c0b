// SPDX-License-Identifier: Apache-2.0
#include <bench/load.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace bench {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double cpu_seconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

/// The length of the answer that `bytes` begin with; 0 while it is not whole.
std::size_t whole_answer(std::string_view bytes)
{
    const auto head = bytes.find("\r\n\r\n");
    if (head == std::string_view::npos) return 0;
    constexpr std::string_view name = "Content-Length: ";
    const auto at = bytes.find(name);
    if (at == std::string_view::npos || at > head) throw std::runtime_error("no Content-Length");
    std::size_t length = 0;
    std::from_chars(bytes.data() + at + name.size(), bytes.data() + head, length);
    const std::size_t whole = head + 4 + length;
    return bytes.size() < whole ? 0 : whole;
}

/// One kept connection, non-blocking once it stands.
class Connection {
public:
    Connection(std::uint16_t port, SSL_CTX* tls) : socket_(socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("cannot connect to port " + std::to_string(port));
        }
        if (tls != nullptr) {
            tls_ = SSL_new(tls);
            SSL_set_fd(tls_, socket_);
            if (SSL_connect(tls_) != 1) throw std::runtime_error("no TLS connection");
        }
        fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection()
    {
        if (tls_ != nullptr) SSL_free(tls_);
        close(socket_);
    }

    int socket_number() const { return socket_; }

    /// A request is far smaller than a socket's buffer, which is empty now.
    void send(const std::string& request)
    {
        sent_ = Clock::now();
        received_ = 0;
        const int size = static_cast<int>(request.size());
        const auto written = tls_ != nullptr ? SSL_write(tls_, request.data(), size)
                                             : write(socket_, request.data(), request.size());
        if (written != size) throw std::runtime_error("a request could not be sent");
    }

    /// Takes what is there; true when the answer is whole.
    bool receive()
    {
        for (;;) {
            char* into = buffer_ + received_;
            const std::size_t room = sizeof buffer_ - received_;
            const auto got = tls_ != nullptr ? SSL_read(tls_, into, static_cast<int>(room))
                                             : read(socket_, into, room);
            if (got == 0) throw std::runtime_error("the server closed a connection");
            if (got < 0) return false;
            received_ += static_cast<std::size_t>(got);
            if (whole_answer(answer()) != 0) return true;
        }
    }

    std::string_view answer() const { return {buffer_, received_}; }
    double milliseconds() const { return seconds_since(sent_) * 1000; }

private:
    const int socket_;
    SSL* tls_ = nullptr;
    Clock::time_point sent_;
    std::size_t received_ = 0;
    char buffer_[16 * 1024];
};

/// `next` gives the request to send, or null when there is none.
LoadOutcome run(const std::function<const std::string*()>& next, const LoadOptions& options)
{
    const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> tls{
        options.tls ? SSL_CTX_new(TLS_client_method()) : nullptr, SSL_CTX_free};
    const int poll = epoll_create1(0);
    std::vector<std::unique_ptr<Connection>> connections;
    for (std::size_t i = 0; i < options.connections; ++i) {
        connections.push_back(std::make_unique<Connection>(options.port, tls.get()));
        epoll_event event{.events = EPOLLIN, .data = {.ptr = connections.back().get()}};
        epoll_ctl(poll, EPOLL_CTL_ADD, connections.back()->socket_number(), &event);
    }
    const std::string status = "HTTP/1.1 " + std::to_string(options.expected_status) + " ";
    const std::string other = "HTTP/1.1 " + std::to_string(options.other_status) + " ";
    LoadOutcome outcome;
    const double cpu_before = cpu_seconds();
    const auto start = Clock::now();
    std::size_t running = 0;
    const auto go_on = [&](Connection& connection) {
        if (const std::string* request = next()) {
            connection.send(*request);
            ++running;
        }
    };
    for (const auto& connection : connections) go_on(*connection);
    while (running > 0) {
        epoll_event events[64];
        const int ready = epoll_wait(poll, events, std::size(events), 30'000);
        if (ready <= 0) throw std::runtime_error("no answer for 30 seconds");
        for (int i = 0; i < ready; ++i) {
            auto& connection = *static_cast<Connection*>(events[i].data.ptr);
            if (!connection.receive()) continue;
            --running;
            const bool as_other = connection.answer().starts_with(other);
            if (as_other || connection.answer().starts_with(status)) {
                ++outcome.right;
                outcome.other += as_other ? 1 : 0;
                outcome.latencies_ms.push_back(connection.milliseconds());
            } else if (outcome.wrong++ == 0) {
                outcome.first_wrong = connection.answer();
            }
            go_on(connection);
        }
    }
    outcome.seconds = seconds_since(start);
    outcome.cpu_seconds = cpu_seconds() - cpu_before;
    close(poll);
    std::sort(outcome.latencies_ms.begin(), outcome.latencies_ms.end());
    return outcome;
}

}  // namespace

void append_request(std::string& file, std::string_view request)
{
    for (int shift = 0; shift < 32; shift += 8) {
        file += static_cast<char>((request.size() >> shift) & 0xff);
    }
    file += request;
}

std::vector<std::string> read_requests(const std::filesystem::path& file)
{
    std::ifstream in{file, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    std::vector<std::string> requests;
    for (std::size_t at = 0; at + 4 <= bytes.size();) {
        std::size_t length = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            length |= std::size_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
        }
        requests.push_back(bytes.substr(at + 4, length));
        at += 4 + length;
    }
    return requests;
}

LoadOutcome run_load(const std::function<const std::string*()>& next, const LoadOptions& options)
{
    return run(next, options);
}

LoadOutcome run_load(const std::vector<std::string>& requests, const LoadOptions& options)
{
    std::size_t at = 0;
    return run([&] { return at < requests.size() ? &requests[at++] : nullptr; }, options);
}

LoadOutcome run_fixed_load(const std::string& request, double seconds, const LoadOptions& options)
{
    const auto start = Clock::now();
    return run([&] { return seconds_since(start) < seconds ? &request : nullptr; }, options);
}

}  // namespace bench
