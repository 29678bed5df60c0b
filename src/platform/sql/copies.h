// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace platform::sql {

/// Copies a consistent state of the book in `file` into the new file `copy`, page by page, flushed
/// to disk; also while a bank runs on it. Errors: sql.backup_failed.
base::Result<void> copy_book(const std::filesystem::path& file, const std::filesystem::path& copy);

/// What the pages of the book in `file` have against them, at most `most` sentences of one line;
/// none where they are sound. Reads all of it; what stands inside a row is not looked at.
std::vector<std::string> damage(const std::filesystem::path& file, int most);

/// The newest log that the archive of a book keeps, 0 where there is none. A copy that is begun
/// after this was asked is restored from that log on.
std::uint64_t newest_kept_log(const std::filesystem::path& archive);

/// What a book was restored to.
struct Restored {
    std::uint64_t commits = 0;                 // Taken from the archive.
    std::optional<base::Instant> newest = {};  // The instant of the last of them.
};

/// Brings `copy`, a copy made by copy_book, to the state of the last commit that is not later than
/// `until` (none: of the last commit that there is), by the logs of `archive` from `first_log` on
/// and by `live_log`, the log beside the book itself, where it still exists. `until` must not be
/// earlier than the end of the copying.
///
/// Errors: sql.archive_gap (a log is missing or was cut), sql.restore_failed.
base::Result<Restored> restore_book(const std::filesystem::path& copy,
                                    const std::filesystem::path& archive, std::uint64_t first_log,
                                    const std::filesystem::path& live_log,
                                    std::optional<base::Instant> until);

}  // namespace platform::sql
