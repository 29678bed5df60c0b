// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/short_code.h>

namespace bank::payment {

namespace {

std::string bare(std::string_view code)
{
    std::string text;
    for (const char c : code) {
        if (c == '-' || c == ' ') continue;
        text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return text;
}

}  // namespace

std::string short_code(const platform::crypto::Digest& digest)
{
    constexpr std::string_view letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    std::string code;
    for (std::size_t i = 0; i < 8; ++i) code += letters[digest[i] % letters.size()];
    return code.insert(4, "-");
}

bool same_code(std::string_view typed, std::string_view code)
{
    return platform::crypto::equal_constant_time(platform::crypto::as_bytes(bare(typed)),
                                                 platform::crypto::as_bytes(bare(code)));
}

}  // namespace bank::payment
