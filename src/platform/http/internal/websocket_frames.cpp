// SPDX-License-Identifier: Apache-2.0
#include <platform/http/internal/websocket_frames.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

namespace platform::http::internal {
namespace {

/// Well-formed UTF-8 as RFC 3629 has it; control characters are allowed in messages.
bool is_utf8(std::string_view text)
{
    std::size_t i = 0;
    while (i < text.size()) {
        const auto first = static_cast<unsigned char>(text[i++]);
        if (first < 0x80) continue;
        if (first < 0xC2 || first > 0xF4) return false;
        const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        for (int k = 0; k < more; ++k, ++i) {
            if (i >= text.size()) return false;
            const auto next = static_cast<unsigned char>(text[i]);
            const int low = k > 0 ? 0x80 : first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
            const int high = k > 0 ? 0xBF : first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
            if (next < low || next > high) return false;
        }
    }
    return true;
}

bool is_close_code(std::uint16_t code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

}  // namespace

std::string websocket_accept(std::string_view key)
{
    std::string text(key);
    text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
    unsigned char encoded[32];
    const int size = EVP_EncodeBlock(encoded, digest, sizeof digest);
    return {reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size)};
}

bool is_websocket_key(std::string_view key)
{
    return key.size() == 24 && key.ends_with("==") &&
           std::all_of(key.begin(), key.end() - 2, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '+' || c == '/';
           });
}

std::string frame(Opcode opcode, std::string_view payload)
{
    std::string out;
    out.reserve(payload.size() + 10);
    out += static_cast<char>(0x80 | static_cast<int>(opcode));
    if (payload.size() < 126) {
        out += static_cast<char>(payload.size());
    } else {
        const int bytes = payload.size() < 65'536 ? 2 : 8;
        out += static_cast<char>(bytes == 2 ? 126 : 127);
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out += static_cast<char>(payload.size() >> shift & 0xFF);
        }
    }
    return out.append(payload);
}

std::string close_frame(std::uint16_t code, std::string_view reason)
{
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    payload.append(reason.substr(0, 100));
    return frame(Opcode::close, payload);
}

FrameReader::Event FrameReader::violation(std::uint16_t code)
{
    code_ = code;
    return Event::violation;
}

FrameReader::Event FrameReader::next(std::string& bytes)
{
    while (true) {
        if (bytes.size() < 2) return Event::need_more;
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
        const bool final = byte(0) & 0x80;
        const auto opcode = static_cast<Opcode>(byte(0) & 0x0F);
        const bool is_control = byte(0) & 0x08;
        if (byte(0) & 0x70 || !(byte(1) & 0x80))
            return violation(1002);  // Extension bits; no mask.
        std::uint64_t size = byte(1) & 0x7F;
        if (is_control && (!final || size > 125)) return violation(1002);
        const std::size_t size_bytes = size == 126 ? 2 : size == 127 ? 8 : 0;
        const std::size_t head = 2 + size_bytes + 4;
        if (bytes.size() < head) return Event::need_more;
        if (size_bytes > 0) {
            size = 0;
            for (std::size_t i = 0; i < size_bytes; ++i) size = size << 8 | byte(2 + i);
        }
        if (size > message_bytes_ || fragments_.size() + size > message_bytes_)
            return violation(1009);
        if (bytes.size() - head < size) return Event::need_more;

        payload_ = bytes.substr(head, static_cast<std::size_t>(size));
        for (std::size_t i = 0; i < payload_.size(); ++i) {
            payload_[i] = static_cast<char>(payload_[i] ^ bytes[head - 4 + i % 4]);
        }
        bytes.erase(0, head + payload_.size());

        if (is_control) return control(opcode);
        if (opcode == Opcode::binary) return violation(1003);
        if (opcode != Opcode::text && opcode != Opcode::continuation) return violation(1002);
        if (in_message_ != (opcode == Opcode::continuation)) return violation(1002);
        fragments_ += payload_;
        in_message_ = !final;
        if (!final) continue;
        payload_ = std::move(fragments_);
        fragments_.clear();
        return is_utf8(payload_) ? Event::text : violation(1007);
    }
}

FrameReader::Event FrameReader::control(Opcode opcode)
{
    if (opcode == Opcode::ping) return Event::ping;
    if (opcode == Opcode::pong) return Event::pong;
    if (opcode != Opcode::close || payload_.size() == 1) return violation(1002);
    code_ = 1000;
    if (payload_.empty()) return Event::close;
    code_ = static_cast<std::uint16_t>(static_cast<unsigned char>(payload_[0]) << 8 |
                                       static_cast<unsigned char>(payload_[1]));
    if (!is_close_code(code_)) return violation(1002);
    return is_utf8(std::string_view(payload_).substr(2)) ? Event::close : violation(1007);
}

}  // namespace platform::http::internal
