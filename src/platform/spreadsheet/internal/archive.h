// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/spreadsheet/workbook.h>

#include <functional>
#include <memory>

namespace platform::spreadsheet::internal {

/// A ZIP archive in memory, read only. Borrows the bytes.
class Archive {
public:
    /// Errors: spreadsheet.not_a_workbook, spreadsheet.too_large (too many parts).
    static base::Result<Archive> open(std::string_view bytes, const Limits& limits);
    Archive(Archive&&) noexcept;
    ~Archive();

    bool has(const std::string& name) const;

    /// Unpacks a part, piece by piece. Errors: spreadsheet.malformed, spreadsheet.encrypted,
    /// spreadsheet.too_large, the receiver's.
    base::Result<void> read(const std::string& name,
                            const std::function<base::Result<void>(std::string_view)>& piece) const;

private:
    struct Held;
    explicit Archive(std::unique_ptr<Held> held);

    std::unique_ptr<Held> held_;
};

}  // namespace platform::spreadsheet::internal
