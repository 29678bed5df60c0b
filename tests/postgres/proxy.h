// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace postgres_test {

/// What stands between a book and its server, and breaks at the worst moments.
class Proxy {
public:
    enum class Mode {
        pass,
        swallow_answers,   // What is asked arrives, and is done; its answer does not come back.
        swallow_requests,  // What is asked does not arrive.
        late_requests,     // The connection breaks, and what was asked arrives half a second later.
        refuse,            // Nobody answers at all.
    };

    /// Stands before `port` of 127.0.0.1.
    explicit Proxy(std::uint16_t port);
    ~Proxy();

    std::uint16_t port() const { return port_; }
    /// From the next bytes that are asked on. The three in the middle break the connection that
    /// asked, once, and pass from then on.
    void set(Mode mode) { mode_ = mode; }
    Mode mode() const { return mode_; }
    /// Breaks every connection now.
    void cut();

private:
    void accept_loop();
    void carry(int client);
    void break_by(Mode mode, int client, int server, const std::string& asked);

    const std::uint16_t server_port_;
    std::uint16_t port_ = 0;
    int listening_ = -1;
    std::atomic<Mode> mode_ = Mode::pass;
    std::atomic<unsigned> cuts_ = 0;
    std::atomic<bool> ending_ = false;
    std::thread accepting_;
    std::mutex mutex_;
    std::vector<std::thread> carrying_;
};

}  // namespace postgres_test
