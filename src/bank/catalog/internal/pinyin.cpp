// SPDX-License-Identifier: Apache-2.0
// GB 2312 orders its 3,755 most common characters by pinyin, so the code tells the first letter.
#include <bank/catalog/internal/search.h>

#include <iconv.h>

#include <array>

namespace bank::catalog::internal {

namespace {

struct FirstLetter {
    unsigned from;  // The first code of the letter in GB 2312.
    char letter;
};

constexpr FirstLetter first_letters[] = {
    {0xB0A1, 'a'}, {0xB0C5, 'b'}, {0xB2C1, 'c'}, {0xB4EE, 'd'}, {0xB6EA, 'e'}, {0xB7A2, 'f'},
    {0xB8C1, 'g'}, {0xB9FE, 'h'}, {0xBBF7, 'j'}, {0xBFA6, 'k'}, {0xC0AC, 'l'}, {0xC2E8, 'm'},
    {0xC4C3, 'n'}, {0xC5B6, 'o'}, {0xC5BE, 'p'}, {0xC6DA, 'q'}, {0xC8BB, 'r'}, {0xC8F6, 's'},
    {0xCBFA, 't'}, {0xCDDA, 'w'}, {0xCEF4, 'x'}, {0xD1B9, 'y'}, {0xD4D1, 'z'},
};
constexpr unsigned last_code = 0xD7F9;

/// The converter from UTF-32 to GB 2312, or the wish for one where the system has none.
class Converter {
public:
    Converter() : handle_(iconv_open("GB2312", "UTF-32LE")) {}
    ~Converter()
    {
        if (usable()) iconv_close(handle_);
    }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    /// 0 for what is not in the set.
    unsigned code_of(char32_t character)
    {
        if (!usable()) return 0;
        std::array<char, 4> in{};
        for (std::size_t i = 0; i < in.size(); ++i) {
            in[i] = static_cast<char>((character >> (8 * i)) & 0xFF);
        }
        std::array<char, 4> out{};
        char* from = in.data();
        char* to = out.data();
        std::size_t in_left = in.size();
        std::size_t out_left = out.size();
        iconv(handle_, nullptr, nullptr, nullptr, nullptr);
        if (iconv(handle_, &from, &in_left, &to, &out_left) == static_cast<std::size_t>(-1))
            return 0;
        if (out_left != 2) return 0;
        return static_cast<unsigned>(static_cast<unsigned char>(out[0])) << 8 |
               static_cast<unsigned char>(out[1]);
    }

private:
    bool usable() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

    iconv_t handle_;
};

}  // namespace

std::string pinyin_initials(std::u32string_view text)
{
    Converter converter;
    std::string initials;
    for (const char32_t c : text) {
        if (c < 0x80) {
            initials.push_back(static_cast<char>(c));
            continue;
        }
        const unsigned code = converter.code_of(c);
        if (code < first_letters[0].from || code > last_code) continue;
        char letter = 'a';
        for (const FirstLetter& each : first_letters) {
            if (code >= each.from) letter = each.letter;
        }
        initials.push_back(letter);
    }
    return initials;
}

}  // namespace bank::catalog::internal
