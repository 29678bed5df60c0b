// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/batch/batches.h>

namespace bank::batch::internal {

/// Rows of `batch` and `batch_line`. A line's key is its batch's serial and its number, so that the
/// lines of a batch lie together.
inline constexpr int line_bits = 20;

constexpr std::int64_t line_key(std::int64_t serial, int number)
{
    return (serial << line_bits) + number;
}

/// A batch with what only its work needs.
struct Stored : Batch {
    std::int64_t serial = 0;
    int at_line = 0;       // All lines up to it are checked, or tried.
    ledger::EntryId hold;  // What is reserved, or none.
    std::int64_t holds = 0;
};

std::optional<Stored> find(platform::sql::Snapshot& snapshot, BatchId id);
/// The errors of Batches: batch.unknown.
base::Result<Stored> get(platform::sql::Snapshot& snapshot, BatchId id);
std::vector<Stored> select(platform::sql::Snapshot& snapshot, std::string_view condition,
                           std::span<const platform::sql::Parameter> parameters);
void update(platform::sql::Transaction& transaction, const Stored& batch);

/// What of a row is sealed: account number, name, reference, own id, amount and currency as
/// written, group.
std::string packed(const Row& row);
Row unpacked(std::string_view text);

/// "batch.duplicate=12,batch.name_differs"
std::string faults_text(const std::vector<Fault>& faults);
std::vector<Fault> read_faults(std::string_view text);

/// Columns of a line: id, place, state, faults, account, minor_units, entry, paid_at, sealed.
Line read_line(platform::sql::Cursor& row, const Stored& batch);
inline constexpr std::string_view line_columns =
    "id, place, state, faults, account, minor_units, entry, paid_at, sealed";

/// Opens what is sealed of a line.
void unseal(platform::sql::Snapshot& snapshot, payment::People& people, customer::CustomerId holder,
            std::string_view sealed, Row& row);

}  // namespace bank::batch::internal
