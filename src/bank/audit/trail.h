// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/id.h>
#include <base/result.h>
#include <platform/crypto/hash.h>
#include <platform/json/value.h>
#include <platform/sql/book.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bank::audit {

/// The tables of this module, in every book that keeps a trail.
std::span<const platform::sql::Migration> migrations();

enum class ActorKind { system, visitor, customer, staff, partner };

std::string_view to_string(ActorKind kind);

struct Actor {
    ActorKind kind = ActorKind::system;
    std::uint64_t id = 0;  // Zero where the kind says all.
};

/// The thing that was acted on: "account", "customer", "task" … and its id.
struct Object {
    std::string_view kind;
    std::uint64_t id = 0;
};

/// Who did what to what, and why.
///
/// Holds no personal data: ids, codes, amounts and counts only, so that erasing a person leaves the
/// trail whole.
struct Record {
    Actor actor;
    std::string_view action;  // "account.open", in the words of the operations.
    Object object;
    std::string_view reason;         // What a person gave as reason, or a decision's; may be empty.
    platform::json::Object details;  // May be empty.
};

/// Adds the next record of the book's chain, stamped with the transaction's instant; returns its
/// sequence, which counts from 1 without gaps. The records of a group are written as one page
/// before its commit, and hashed together.
std::uint64_t append(platform::sql::Transaction& transaction, const Record& record);

/// The newest record. Sequence 0 and 32 zero bytes where the trail is empty.
struct Head {
    std::uint64_t sequence = 0;
    platform::crypto::Digest hash{};
};

Head head(platform::sql::Snapshot& snapshot);

/// The chain's hash where `sequence` was the newest record after a commit; nothing elsewhere.
std::optional<platform::crypto::Digest> hash_at(platform::sql::Snapshot& snapshot,
                                                std::uint64_t sequence);

/// What a check of the whole chain found.
struct Verdict {
    std::uint64_t records = 0;  // That were found right, from the first on.
    // The first record of the first commit of which one is altered or missing.
    std::optional<std::uint64_t> first_bad;
    Head head;  // Of the part that is right.
};

/// Recomputes every hash. Reads all.
///
/// Records cut off at the end are not seen here but by the signed heads (signed_head.h).
Verdict verify(platform::sql::Snapshot& snapshot);

/// One record as it is shown to those who may see the trail.
struct Entry {
    std::uint64_t sequence;
    base::Instant instant;
    std::string actor_kind;
    std::uint64_t actor_id;
    std::string action;
    std::string object_kind;
    std::uint64_t object_id;
    std::string reason;
    std::string details;  // JSON.
};

/// The newest records about one object (all, where its kind is empty), older than `before` (0: from
/// the newest), at most `limit`.
std::vector<Entry> entries(platform::sql::Snapshot& snapshot, Object object, std::uint64_t before,
                           int limit);

}  // namespace bank::audit
