// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/id.h>
#include <base/result.h>
#include <platform/crypto/hash.h>
#include <platform/crypto/keyring.h>
#include <platform/sql/book.h>

#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bank::evidence {

std::span<const platform::sql::Migration> migrations();

using EvidenceId = base::Id<struct EvidenceTag>;

/// A picture or recording given in a case.
struct Piece {
    EvidenceId id;
    std::uint64_t case_id = 0;
    std::string kind;                 // "id-card-front", "face" …
    std::string media_type;           // "image/jpeg"
    platform::crypto::Digest hash{};  // SHA-256 of the content.
    std::int64_t bytes = 0;
    base::Instant at;
};

/// What has been written to disk and waits for its row.
struct Written {
    EvidenceId id;
    platform::crypto::Digest hash{};
    std::int64_t bytes = 0;
};

/// The pictures and sealed records of one book's cases.
///
/// Content lies sealed (AES-256-GCM) in files of its own, one a piece, written and flushed before
/// the row that names it; a file whose row never came is swept. What is shorter and changes
/// (readings, liveness sessions) lies sealed in the book as a *note*. The hash in the row, which
/// the audit trail repeats, shows whether a file was altered.
class Store {
public:
    /// `folder` is made where it is missing. References outlive the store.
    Store(std::filesystem::path folder, const platform::crypto::Keyring& keyring,
          platform::crypto::Random& random);

    /// The slow half, on a worker: seals and flushes `content`. Throws std::system_error where the
    /// disk fails.
    Written write(EvidenceId id, std::string_view content) const;

    /// The row of a written piece, in the unit of work.
    void record(platform::sql::Transaction& transaction, const Written& written,
                std::uint64_t case_id, std::string_view kind, std::string_view media_type) const;

    /// Errors: evidence.unknown.
    base::Result<Piece> piece(platform::sql::Snapshot& snapshot, EvidenceId id) const;
    /// Oldest first.
    std::vector<Piece> of_case(platform::sql::Snapshot& snapshot, std::uint64_t case_id) const;

    /// The content, opened and held to its hash. Errors: evidence.unreadable (altered, or the key
    /// is gone).
    base::Result<std::string> content(const Piece& piece) const;

    /// Keeps `text` under (case, kind, id), replacing what stood there.
    void set_note(platform::sql::Transaction& transaction, std::uint64_t case_id,
                  std::string_view kind, std::uint64_t id, std::string_view text) const;
    /// The note; nothing where there is none. Errors: evidence.unreadable.
    base::Result<std::optional<std::string>> note(platform::sql::Snapshot& snapshot,
                                                  std::uint64_t case_id, std::string_view kind,
                                                  std::uint64_t id) const;
    /// How many notes of a kind a case has.
    std::int64_t count_notes(platform::sql::Snapshot& snapshot, std::uint64_t case_id,
                             std::string_view kind) const;

    /// Removes files that no row names and that are older than an hour; returns how many.
    int sweep(platform::sql::Book& book, base::Instant now) const;

    /// Reads every piece; one line for each that is missing or altered. For `yungui check`.
    std::vector<std::string> check(platform::sql::Book& book) const;

private:
    std::filesystem::path file_of(EvidenceId id) const;
    std::string sealed(std::string_view associated, std::string_view content) const;
    base::Result<std::string> opened(std::string_view associated, std::string_view content) const;

    const std::filesystem::path folder_;
    const platform::crypto::Keyring& keyring_;
    platform::crypto::Random& random_;
};

}  // namespace bank::evidence
