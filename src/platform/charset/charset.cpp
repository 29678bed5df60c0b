// SPDX-License-Identifier: Apache-2.0
#include <platform/charset/charset.h>

#include <base/ensure.h>

#include <iconv.h>

#include <cerrno>
#include <cstdint>

namespace platform::charset {

namespace {

/// Opened once a thread: opening costs more than a line does.
class Converter {
public:
    Converter(const char* to, const char* from) : handle_(iconv_open(to, from))
    {
        base::ensure(handle_ != reinterpret_cast<iconv_t>(-1));
    }
    ~Converter() { iconv_close(handle_); }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    /// Where the reading stopped, `bytes.size()` where it did not.
    std::size_t convert(std::string_view bytes, std::string& out)
    {
        iconv(handle_, nullptr, nullptr, nullptr, nullptr);
        auto* in = const_cast<char*>(bytes.data());
        std::size_t left = bytes.size();
        out.resize(bytes.size() * 4 + 4);
        char* to = out.data();
        std::size_t room = out.size();
        iconv(handle_, &in, &left, &to, &room);
        out.resize(out.size() - room);
        return bytes.size() - left;
    }

private:
    iconv_t handle_;
};

std::size_t sequence_length(std::uint8_t first)
{
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return 2;
    if (first >= 0xE0 && first < 0xF0) return 3;
    return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

bool second_fits(std::uint8_t first, std::uint8_t second)
{
    if ((second & 0xC0U) != 0x80) return false;
    if (first == 0xE0) return second >= 0xA0;
    if (first == 0xED) return second < 0xA0;
    if (first == 0xF0) return second >= 0x90;
    return first != 0xF4 || second < 0x90;
}

}  // namespace

BadByte bad_utf8(std::string_view bytes)
{
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    for (std::size_t i = 0; i < bytes.size();) {
        const std::size_t length = sequence_length(at(i));
        if (length == 0 || i + length > bytes.size()) return i;
        if (length > 1 && !second_fits(at(i), at(i + 1))) return i;
        for (std::size_t k = 2; k < length; ++k) {
            if ((at(i + k) & 0xC0U) != 0x80) return i;
        }
        i += length;
    }
    return std::nullopt;
}

std::string utf8_of_gb18030(std::string_view bytes, BadByte& bad)
{
    thread_local Converter converter{"UTF-8", "GB18030"};
    std::string text;
    const std::size_t read = converter.convert(bytes, text);
    bad = read == bytes.size() ? BadByte{} : BadByte{read};
    return text;
}

std::string gb18030_of_utf8(std::string_view text)
{
    thread_local Converter converter{"GB18030", "UTF-8"};
    std::string bytes;
    std::string all;
    while (true) {
        const std::size_t read = converter.convert(text, bytes);
        all += bytes;
        text.remove_prefix(read);
        if (text.empty()) return all;
        all += '?';
        text.remove_prefix(1);
    }
}

}  // namespace platform::charset
