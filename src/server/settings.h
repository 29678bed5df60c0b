// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace server {

/// How `yungui run` was started.
struct Settings {
    std::filesystem::path source_root;  // Where banks/, web/ and openapi/ lie.
    std::filesystem::path bank_folder = {};
    std::filesystem::path data_folder = {};
    std::string listen = "127.0.0.1";
    std::uint16_t port = 8080;
    bool tls = false;
    bool reset = false;
    std::string events = {};    // Empty, or the NATS server that carries clearing messages.
    std::string database = {};  // A URL of PostgreSQL; empty or "sqlite": in the data folder.
    // How long to wait for a book that another program has; none: for ever.
    std::optional<std::chrono::milliseconds> database_wait = {};
    std::function<bool()> stop_waiting = {};   // Asked while it waits.
    std::function<void()> on_taken_over = {};  // Another program has a book now: begin anew.
    std::function<void()> before_listening = {};
    std::string relying_party = {};  // Empty: the bank folder's.
    std::vector<std::string> origins =
        {};               // Empty: http(s)://localhost:port and http(s)://<relying party>:port.
    bool sandbox = true;  // Starts yungui-sandbox beside it, where the bank is a demo.
    std::uint16_t sandbox_port = 0;           // 0: the port after ours, or any that is free.
    std::int64_t requests_per_minute = 6000;  // Of one address; 0: not limited.
    bool quiet = false;                       // No banner; for tests.
};

}  // namespace server
