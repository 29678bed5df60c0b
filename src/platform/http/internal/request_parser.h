// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/http/message.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace platform::http::internal {

/// Reads HTTP/1.0 and 1.1 requests from bytes as they come (RFC 9112). Strict: what two readers
/// could read in two ways is malformed.
class RequestParser {
public:
    enum class State {
        header,    // Needs more bytes of the header.
        body,      // The header is complete, the body is not.
        complete,  // The request is complete.
        refused,   // status() and reason() say why; nothing more can be read.
    };

    explicit RequestParser(std::size_t header_bytes);
    ~RequestParser();

    /// Reads into `request` (which stays until the request is complete) from now on.
    void begin(Request& request);
    /// Takes what it can use of `bytes`, which begins with what the last call left; returns how
    /// many bytes were used. Stops after the header, so that the caller can look at it.
    std::size_t feed(std::string_view bytes);
    State state() const;

    int status() const;
    std::string_view reason() const;
    bool keep_alive() const;        // Valid after the header,
    bool expects_continue() const;  // … and these.
    bool upgrades() const;          // To a WebSocket.
    std::optional<std::uint64_t> content_length() const;
    /// How many bytes the body may have.
    void set_body_limit(std::size_t bytes);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace platform::http::internal
