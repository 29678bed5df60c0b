// SPDX-License-Identifier: Apache-2.0
#include <platform/qr/qr.h>

#include <qrencode.h>

#include <memory>

namespace platform::qr {

base::Result<Code> encode(std::string_view text)
{
    constexpr std::size_t most_bytes = 2331;
    if (text.empty()) return base::invalid("qr.empty", "a QR code says something");
    if (text.size() > most_bytes) {
        return base::invalid("qr.too_long", "a QR code holds 2,331 bytes at most");
    }
    struct Free {
        void operator()(QRcode* code) const { QRcode_free(code); }
    };
    const std::unique_ptr<QRcode, Free> made{
        QRcode_encodeData(static_cast<int>(text.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M)};
    base::ensure(made != nullptr);
    const auto squares =
        static_cast<std::size_t>(made->width) * static_cast<std::size_t>(made->width);
    Code code{made->width, std::vector<bool>(squares)};
    for (std::size_t i = 0; i < squares; ++i) code.dark[i] = (made->data[i] & 1U) != 0;
    return code;
}

std::vector<std::string> Code::rows() const
{
    std::vector<std::string> rows;
    for (int row = 0; row < size; ++row) {
        std::string& squares = rows.emplace_back();
        for (int column = 0; column < size; ++column) squares += at(row, column) ? '1' : '0';
    }
    return rows;
}

}  // namespace platform::qr
