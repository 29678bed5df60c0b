// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace platform::http::internal {

/// A bare socket to a local server, for tests that send what no proper client would.
class RawClient {
public:
    explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{5, 0};
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            ::close(socket_);
            throw std::runtime_error("cannot connect");
        }
    }
    ~RawClient() { ::close(socket_); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool send(std::string_view bytes)
    {
        return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(bytes.size());
    }

    /// Everything until the server closes, or 5 s of silence.
    std::string read_all()
    {
        while (read_some()) {
        }
        return std::move(received_);
    }

    /// One answer with a Content-Length (or none).
    std::string read_answer()
    {
        while (received_.find("\r\n\r\n") == std::string::npos && read_some()) {
        }
        const auto head = received_.find("\r\n\r\n") + 4;
        const auto length = received_.find("Content-Length: ");
        std::size_t size = head;
        if (length < head) size += std::stoul(received_.substr(length + 16));
        return take(size);
    }

    /// That many bytes, or fewer where the server closes.
    std::string take(std::size_t size)
    {
        while (received_.size() < size && read_some()) {
        }
        std::string out = received_.substr(0, size);
        received_.erase(0, size);
        return out;
    }

    std::string exchange(std::string_view request)
    {
        send(request);
        return read_answer();
    }

private:
    bool read_some()
    {
        char chunk[4096];
        const auto size = recv(socket_, chunk, sizeof chunk, 0);
        if (size > 0) received_.append(chunk, static_cast<std::size_t>(size));
        return size > 0;
    }

    int socket_;
    std::string received_;
};

}  // namespace platform::http::internal
