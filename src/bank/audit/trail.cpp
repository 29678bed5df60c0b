// SPDX-License-Identifier: Apache-2.0
#include <bank/audit/trail.h>

#include <array>

namespace bank::audit {

namespace crypto = platform::crypto;
namespace sql = platform::sql;

namespace {

constexpr std::array schema{sql::Migration{"audit", 1, R"sql(
create table audit_record(
    sequence bigint primary key,
    instant bigint not null,
    actor_kind text not null,
    actor bigint not null,
    action text not null,
    object_kind text not null,
    object bigint not null,
    reason text not null,
    details text not null,
    hash blob not null);
create index audit_record_object on audit_record(object, object_kind, sequence);
)sql"}};

struct Row {
    std::uint64_t sequence;
    base::Instant instant;
    std::string_view actor_kind;
    std::uint64_t actor;
    std::string_view action;
    std::string_view object_kind;
    std::uint64_t object;
    std::string_view reason;
    std::string_view details;
};

/// SHA-256 over the hash before and every column, each framed by its length.
crypto::Digest hash_of(const crypto::Digest& previous, const Row& row)
{
    crypto::Bytes message;
    message.reserve(256);
    message.insert(message.end(), previous.begin(), previous.end());
    crypto::append_u64(message, row.sequence);
    crypto::append_u64(message, static_cast<std::uint64_t>(row.instant.micros));
    crypto::append_framed(message, crypto::as_bytes(row.actor_kind));
    crypto::append_u64(message, row.actor);
    crypto::append_framed(message, crypto::as_bytes(row.action));
    crypto::append_framed(message, crypto::as_bytes(row.object_kind));
    crypto::append_u64(message, row.object);
    crypto::append_framed(message, crypto::as_bytes(row.reason));
    crypto::append_framed(message, crypto::as_bytes(row.details));
    return crypto::sha256(message);
}

/// All zero, which no hash is, where the column is not 32 bytes.
crypto::Digest digest(sql::Bytes bytes)
{
    crypto::Digest out{};
    if (bytes.size() != out.size()) return out;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(bytes[i]);
    return out;
}

std::uint64_t number(const sql::Cursor& row, int column)
{
    return static_cast<std::uint64_t>(row.integer(column));
}

/// The head as the group at work on this thread has left it: its first record reads the table, the
/// others follow in memory.
struct GroupHead {
    const sql::Transaction* group = nullptr;
    Head head = {};
};
thread_local GroupHead group_head;

Head head_in(sql::Transaction& transaction)
{
    if (group_head.group == &transaction) return group_head.head;
    transaction.on_rollback([] { group_head.group = nullptr; });
    transaction.after_commit([] { group_head.group = nullptr; });
    return head(transaction);
}

constexpr std::string_view columns =
    "sequence, instant, actor_kind, actor, action, object_kind, object, reason, details";

}  // namespace

std::span<const sql::Migration> migrations()
{
    return schema;
}

std::string_view to_string(ActorKind kind)
{
    constexpr std::array<std::string_view, 5> names{"system", "visitor", "customer", "staff",
                                                    "partner"};
    return names[static_cast<std::size_t>(kind)];
}

std::uint64_t append(sql::Transaction& transaction, const Record& record)
{
    const Head last = head_in(transaction);
    const std::string details =
        record.details.empty() ? "{}" : platform::json::canonical(record.details);
    const Row row{last.sequence + 1, transaction.now(), to_string(record.actor.kind),
                  record.actor.id,   record.action,     record.object.kind,
                  record.object.id,  record.reason,     details};
    const crypto::Digest hash = hash_of(last.hash, row);
    transaction.execute(
        "insert into audit_record(sequence, instant, actor_kind, actor, action, object_kind, "
        "object, reason, details, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        static_cast<std::int64_t>(row.sequence), row.instant, row.actor_kind,
        static_cast<std::int64_t>(row.actor), row.action, row.object_kind,
        static_cast<std::int64_t>(row.object), row.reason, row.details,
        std::as_bytes(std::span(hash)));
    group_head = {&transaction, {row.sequence, hash}};
    return row.sequence;
}

Head head(sql::Snapshot& snapshot)
{
    auto row =
        snapshot.query("select sequence, hash from audit_record order by sequence desc limit 1");
    if (!row.next()) return {};
    return {number(row, 0), digest(row.blob(1))};
}

Verdict verify(sql::Snapshot& snapshot)
{
    Verdict verdict;
    auto cursor = snapshot.query("select " + std::string(columns) +
                                 ", hash from audit_record order by sequence");
    while (cursor.next()) {
        const Row row{number(cursor, 0), cursor.instant(1), cursor.text(2),
                      number(cursor, 3), cursor.text(4),    cursor.text(5),
                      number(cursor, 6), cursor.text(7),    cursor.text(8)};
        const std::uint64_t expected = verdict.records + 1;
        const crypto::Digest hash = hash_of(verdict.head.hash, row);
        if (row.sequence != expected || hash != digest(cursor.blob(9))) {
            verdict.first_bad = expected;
            return verdict;
        }
        verdict.records = expected;
        verdict.head = {expected, hash};
    }
    return verdict;
}

std::vector<Entry> entries(sql::Snapshot& snapshot, Object object, std::uint64_t before, int limit)
{
    const std::int64_t below = before == 0 ? INT64_MAX : static_cast<std::int64_t>(before);
    const std::string start = "select " + std::string(columns) + " from audit_record where ";
    auto row =
        object.kind.empty()
            ? snapshot.query(start + "sequence < ? order by sequence desc limit ?", below, limit)
            : snapshot.query(start +
                                 "object = ? and object_kind = ? and sequence < ? "
                                 "order by sequence desc limit ?",
                             static_cast<std::int64_t>(object.id), object.kind, below, limit);
    std::vector<Entry> found;
    while (row.next()) {
        found.push_back({number(row, 0), row.instant(1), row.string(2), number(row, 3),
                         row.string(4), row.string(5), number(row, 6), row.string(7),
                         row.string(8)});
    }
    return found;
}

}  // namespace bank::audit
