// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace platform::http::internal {

/// The value of Sec-WebSocket-Accept for a key (RFC 6455 section 4.2.2).
std::string websocket_accept(std::string_view key);
/// Whether a Sec-WebSocket-Key is 16 bytes in base 64.
bool is_websocket_key(std::string_view key);

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
};

/// An unmasked frame, as servers send them, whole.
std::string frame(Opcode opcode, std::string_view payload);
std::string close_frame(std::uint16_t code, std::string_view reason);

/// Reads the masked frames of a client (RFC 6455 section 5) and joins fragments.
class FrameReader {
public:
    enum class Event { need_more, text, ping, pong, close, violation };

    explicit FrameReader(std::size_t message_bytes) : message_bytes_(message_bytes) {}

    /// Takes the next message off the front of `bytes`; payload() holds what it carried. After a
    /// violation, or a close, code() is the close code to answer with.
    Event next(std::string& bytes);
    const std::string& payload() const { return payload_; }
    std::uint16_t code() const { return code_; }

private:
    Event violation(std::uint16_t code);
    Event control(Opcode opcode);

    const std::size_t message_bytes_;
    std::string fragments_;
    bool in_message_ = false;
    std::string payload_;
    std::uint16_t code_ = 1000;
};

}  // namespace platform::http::internal
