// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace server {

/// Says what is being done, a line at a time.
using Progress = std::function<void(const std::string&)>;

/// Copies all books of the data folder `data`, its evidence, signed heads and partner keys into the
/// new folder `to`, also while the bank runs; the master keys only where asked, since who has both
/// can read everything. Each book's copy is consistent in itself.
///
/// Errors: backup.no_data_folder, backup.target_exists, backup.failed, those of copy_book.
base::Result<void> back_up(const std::filesystem::path& data, const std::filesystem::path& to,
                           bool with_keys, const base::Clock& clock, const Progress& progress);

struct Restoration {
    std::filesystem::path from;       // A folder that back_up made.
    std::filesystem::path to;         // The new data folder.
    std::filesystem::path live = {};  // The data folder the copy was made of, for what came after;
                                      // empty: the state of the copy.
    std::optional<base::Instant> until = {};  // Of what came after; none: all that there is.
    std::filesystem::path keys = {};  // The master keys; empty: those of the copy, else of `live`.
};

/// Makes a data folder as it was at a moment. All books end at the same one.
///
/// Errors: restore.no_backup, restore.target_exists, restore.too_early (before the copy was
/// complete), restore.no_archive (a moment was asked for without `live`), restore.no_keys,
/// restore.failed, those of restore_book.
base::Result<void> restore(const Restoration& wanted, const Progress& progress);

}  // namespace server
