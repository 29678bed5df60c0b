// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace platform::qr {

/// A QR code: `size` rows of `size` squares, without the quiet zone of 4 that belongs around it.
struct Code {
    int size = 0;
    std::vector<bool> dark;  // Row by row.

    bool at(int row, int column) const
    {
        return dark[static_cast<std::size_t>(row) * static_cast<std::size_t>(size) +
                    static_cast<std::size_t>(column)];
    }

    /// The rows as texts of '1' (dark) and '0', as pages draw them.
    std::vector<std::string> rows() const;
};

/// The smallest code that holds the bytes of `text` at error correction level M (15 %).
/// Errors: qr.empty, qr.too_long (over 2,331 bytes).
base::Result<Code> encode(std::string_view text);

}  // namespace platform::qr
