// SPDX-License-Identifier: Apache-2.0
#include <tests/postgres/proxy.h>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

namespace postgres_test {

namespace {

sockaddr_in local(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::string received(int socket)
{
    char bytes[65536];
    const auto count = recv(socket, bytes, sizeof bytes, 0);
    return {bytes, static_cast<std::size_t>(count > 0 ? count : 0)};
}

bool sent(int socket, const std::string& bytes)
{
    for (std::size_t at = 0; at < bytes.size();) {
        const auto count = send(socket, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
        if (count <= 0) return false;
        at += static_cast<std::size_t>(count);
    }
    return true;
}

}  // namespace

Proxy::Proxy(std::uint16_t port) : server_port_(port)
{
    listening_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = local(0);
    socklen_t size = sizeof address;
    if (bind(listening_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listening_, 64) != 0 ||
        getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("the proxy cannot listen");
    }
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread{[this] { accept_loop(); }};
}

Proxy::~Proxy()
{
    ending_ = true;
    accepting_.join();
    for (auto& thread : carrying_) thread.join();
    close(listening_);
}

void Proxy::cut()
{
    ++cuts_;
}

void Proxy::accept_loop()
{
    while (!ending_) {
        pollfd waiting{listening_, POLLIN, 0};
        if (poll(&waiting, 1, 50) <= 0) continue;
        const int client = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) continue;
        if (mode_ == Mode::refuse) {
            close(client);
            continue;
        }
        const std::lock_guard lock{mutex_};
        carrying_.emplace_back([this, client] { carry(client); });
    }
}

void Proxy::carry(int client)
{
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = local(server_port_);
    const unsigned cuts = cuts_;
    const int at_once = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        while (!ending_ && cuts == cuts_) {
            pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
            if (poll(both, 2, 20) <= 0) continue;
            if (both[0].revents != 0) {
                const std::string asked = received(client);
                if (asked.empty()) break;
                Mode mode = mode_;
                const bool breaks = mode == Mode::swallow_answers ||
                                    mode == Mode::swallow_requests || mode == Mode::late_requests;
                if (breaks && mode_.compare_exchange_strong(mode, Mode::pass)) {
                    break_by(mode, client, server, asked);
                    close(server);
                    return;
                }
                if (!sent(server, asked)) break;
            }
            if (both[1].revents != 0) {
                const std::string answer = received(server);
                if (answer.empty() || !sent(client, answer)) break;
            }
        }
    }
    close(client);
    close(server);
}

void Proxy::break_by(Mode mode, int client, int server, const std::string& asked)
{
    using namespace std::chrono_literals;
    if (mode == Mode::late_requests) {
        shutdown(client, SHUT_RDWR);
        close(client);
        std::this_thread::sleep_for(500ms);
        sent(server, asked);
        std::this_thread::sleep_for(200ms);
        return;
    }
    if (mode == Mode::swallow_answers) {
        sent(server, asked);
        // All that follows of the same group, and time to do it.
        pollfd more{client, POLLIN, 0};
        while (poll(&more, 1, 100) > 0) {
            const std::string rest = received(client);
            if (rest.empty() || !sent(server, rest)) break;
        }
    }
    shutdown(client, SHUT_RDWR);
    close(client);
}

}  // namespace postgres_test
