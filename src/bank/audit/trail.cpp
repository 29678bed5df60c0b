// SPDX-License-Identifier: Apache-2.0
#include <bank/audit/trail.h>

#include <platform/sql/packed_rows.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>

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
)sql"},
                            sql::Migration{"audit", 2, R"sql(
create table audit_page(
    last bigint primary key,
    first bigint not null,
    id bigint not null,
    instant bigint not null,
    form smallint not null,
    records text not null,
    hash blob not null);
create unique index audit_page_id on audit_page(id);
create table audit_mention(
    object bigint not null,
    object_kind text not null,
    sequence bigint not null,
    primary key (object, object_kind, sequence));
insert into audit_page(last, first, id, instant, form, records, hash)
    select sequence, sequence, sequence, instant, 1,
        actor_kind || '	' || actor || '	' || action || '	' || object_kind || '	' || object || '	'
        || replace(replace(replace(details, '\', '\\'), '	', '\t'), '
', '\n') || '	' || replace(replace(replace(reason, '\', '\\'), '	', '\t'), '
', '\n') || '
', hash from audit_record;
insert into audit_mention(object, object_kind, sequence)
    select object, object_kind, sequence from audit_record;
drop table audit_record;
)sql"},
                            // Of one page, what has ids that rise from page to page.
                            sql::Migration{"audit", 3, R"sql(
create table audit_run(
    object_kind text not null,
    last bigint not null,
    first bigint not null,
    page bigint not null,
    primary key (object_kind, last));
)sql"}};

// How the records of a page are hashed.
constexpr int column_by_column = 1;  // One record, as it stood in columns of its own once.
constexpr int as_they_stand = 2;

struct Row {
    std::uint64_t sequence = 0;
    base::Instant instant = {};
    std::string actor_kind = {};
    std::uint64_t actor = 0;
    std::string action = {};
    std::string object_kind = {};
    std::uint64_t object = 0;
    std::string reason = {};
    std::string details = {};
};

/// What one commit added to the chain.
struct Page {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t id = 0;  // Of the book; above it are the ids of what came into being later.
    base::Instant instant = {};
    int form = as_they_stand;
    std::string records = {};
    crypto::Digest hash = {};
};

/// Its records, oldest first.
std::vector<Row> rows_of(const Page& page)
{
    std::vector<Row> rows;
    sql::PackedReader reader{page.records};
    for (std::uint64_t sequence = page.first; sequence <= page.last && reader.next(); ++sequence) {
        Row row{.sequence = sequence, .instant = page.instant};
        row.actor_kind = reader.text();
        row.actor = static_cast<std::uint64_t>(reader.integer());
        row.action = reader.text();
        row.object_kind = reader.text();
        row.object = static_cast<std::uint64_t>(reader.integer());
        row.details = reader.text();
        row.reason = reader.text();
        rows.push_back(std::move(row));
    }
    return rows;
}

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

crypto::Digest hash_of(const crypto::Digest& previous, const Page& page)
{
    if (page.form == column_by_column) {
        const auto rows = rows_of(page);
        return rows.size() == 1 ? hash_of(previous, rows.front()) : crypto::Digest{};
    }
    crypto::Bytes message;
    message.reserve(previous.size() + page.records.size() + 40);
    message.insert(message.end(), previous.begin(), previous.end());
    for (const std::uint64_t number :
         {page.first, page.last, page.id, static_cast<std::uint64_t>(page.instant.micros)}) {
        crypto::append_u64(message, number);
    }
    crypto::append_framed(message, crypto::as_bytes(page.records));
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

constexpr std::string_view pages =
    "select first, last, id, instant, form, records, hash from audit_page ";

Page page_in(const sql::Cursor& row)
{
    return {number(row, 0),
            number(row, 1),
            number(row, 2),
            row.instant(3),
            static_cast<int>(row.integer(4)),
            row.string(5),
            digest(row.blob(6))};
}

/// The page that the group at work on this thread is adding to. One write thread has one book.
class OpenPage final : public sql::Gathering {
public:
    std::uint64_t add(sql::Transaction& transaction, const Record& record)
    {
        if (rows_.count() == 0) begin(transaction);
        transaction.gather(*this);
        ++page_.last;
        rows_.field(to_string(record.actor.kind))
            .field(static_cast<std::int64_t>(record.actor.id))
            .field(record.action)
            .field(record.object.kind)
            .field(static_cast<std::int64_t>(record.object.id))
            .field(record.details.empty() ? "{}" : platform::json::canonical(record.details))
            .field(record.reason)
            .end_row();
        // What came into being since the page before is found by its id.
        if (record.object.id <= before_ && !runs_on(transaction, record.object)) {
            mention(transaction, record.object, page_.last);
        }
        newest_object_ = std::max(newest_object_, record.object.id);
        return page_.last;
    }

    void write(sql::Transaction& transaction) override
    {
        if (rows_.count() == 0) return;
        struct PageTag;
        page_.id = transaction.new_id<base::Id<PageTag>>().value;
        page_.instant = transaction.now();
        page_.records = rows_.text();
        page_.hash = hash_of(hash_before_, page_);
        if (newest_object_ >= page_.id) mention_strangers(transaction);
        write_runs(transaction);
        transaction.execute(
            "insert into audit_page(last, first, id, instant, form, records, hash) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            static_cast<std::int64_t>(page_.last), static_cast<std::int64_t>(page_.first),
            static_cast<std::int64_t>(page_.id), page_.instant, page_.form, page_.records,
            std::as_bytes(std::span(page_.hash)));
        forget();
    }

    void forget() noexcept override
    {
        rows_.clear();
        runs_.clear();
    }

private:
    /// The ids of one kind that this page is the first to mention, as far as they rise.
    struct Run {
        std::string kind;
        std::uint64_t top = 0;  // Of the runs before.
        std::uint64_t first = 0;
        std::uint64_t last = 0;
    };

    /// Whether the object is in a run of this page: one row then finds all of them.
    bool runs_on(sql::Transaction& transaction, Object object)
    {
        auto run = std::find_if(runs_.begin(), runs_.end(),
                                [&](const Run& one) { return one.kind == object.kind; });
        if (run == runs_.end()) {
            auto row = transaction.query(
                "select last from audit_run where object_kind = ? order by last desc limit 1",
                object.kind);
            const std::uint64_t top = row.next() ? number(row, 0) : 0;
            run = runs_.insert(run, {.kind = std::string{object.kind}, .top = top, .last = top});
        }
        if (object.id <= run->last) return run->first != 0 && object.id >= run->first;
        if (run->first == 0) run->first = object.id;
        run->last = object.id;
        return true;
    }

    void write_runs(sql::Transaction& transaction) const
    {
        for (const Run& run : runs_) {
            if (run.first == 0) continue;
            transaction.execute(
                "insert into audit_run(object_kind, last, first, page) values (?, ?, ?, ?)",
                run.kind, static_cast<std::int64_t>(run.last), static_cast<std::int64_t>(run.first),
                static_cast<std::int64_t>(page_.last));
        }
    }

    void begin(sql::Transaction& transaction)
    {
        before_ = 0;
        newest_object_ = 0;
        hash_before_ = {};
        page_ = {.first = 1};
        auto row =
            transaction.query("select last, id, hash from audit_page order by last desc limit 1");
        if (row.next()) {
            page_.last = number(row, 0);
            page_.first = page_.last + 1;
            before_ = number(row, 1);
            hash_before_ = digest(row.blob(2));
        }
    }

    static void mention(sql::Transaction& transaction, Object object, std::uint64_t sequence)
    {
        transaction.execute(
            "insert into audit_mention(object, object_kind, sequence) values (?, ?, ?) "
            "on conflict (object, object_kind, sequence) do nothing",
            static_cast<std::int64_t>(object.id), object.kind, static_cast<std::int64_t>(sequence));
    }

    /// Ids of other books, given out by a clock ahead of ours.
    void mention_strangers(sql::Transaction& transaction) const
    {
        for (const Row& row : rows_of(page_)) {
            if (row.object >= page_.id) {
                mention(transaction, {row.object_kind, row.object}, row.sequence);
            }
        }
    }

    std::uint64_t before_ = 0;  // The id of the page before.
    std::uint64_t newest_object_ = 0;
    crypto::Digest hash_before_ = {};
    Page page_;
    sql::PackedRows rows_;
    std::vector<Run> runs_;
};
thread_local OpenPage open_page;

Entry entry_of(Row row)
{
    return {row.sequence, row.instant,           std::move(row.actor_kind),
            row.actor,    std::move(row.action), std::move(row.object_kind),
            row.object,   std::move(row.reason), std::move(row.details)};
}

/// The newest records of all, older than `below`.
std::vector<Entry> newest(sql::Snapshot& snapshot, std::int64_t below, std::size_t limit)
{
    std::vector<Entry> found;
    auto row = snapshot.query(std::string{pages} + "where first < ? order by last desc", below);
    while (found.size() < limit && row.next()) {
        auto rows = rows_of(page_in(row));
        for (auto it = rows.rbegin(); it != rows.rend() && found.size() < limit; ++it) {
            if (static_cast<std::int64_t>(it->sequence) < below) {
                found.push_back(entry_of(std::move(*it)));
            }
        }
    }
    return found;
}

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
    return open_page.add(transaction, record);
}

Head head(sql::Snapshot& snapshot)
{
    auto row = snapshot.query("select last, hash from audit_page order by last desc limit 1");
    if (!row.next()) return {};
    return {number(row, 0), digest(row.blob(1))};
}

std::optional<crypto::Digest> hash_at(sql::Snapshot& snapshot, std::uint64_t sequence)
{
    auto row = snapshot.query("select hash from audit_page where last = ?",
                              static_cast<std::int64_t>(sequence));
    if (!row.next()) return std::nullopt;
    return digest(row.blob(0));
}

Verdict verify(sql::Snapshot& snapshot)
{
    Verdict verdict;
    auto cursor = snapshot.query(std::string{pages} + "order by last");
    while (cursor.next()) {
        const Page page = page_in(cursor);
        const std::uint64_t expected = verdict.records + 1;
        const crypto::Digest hash = hash_of(verdict.head.hash, page);
        if (page.first != expected || page.last < page.first || hash != page.hash) {
            verdict.first_bad = expected;
            return verdict;
        }
        verdict.records = page.last;
        verdict.head = {page.last, hash};
    }
    return verdict;
}

std::vector<Entry> entries(sql::Snapshot& snapshot, Object object, std::uint64_t before, int limit)
{
    const std::int64_t below = before == 0 ? INT64_MAX : static_cast<std::int64_t>(before);
    const auto most = static_cast<std::size_t>(limit);
    if (object.kind.empty()) return newest(snapshot, below, most);
    const auto about = static_cast<std::int64_t>(object.id);
    std::map<std::uint64_t, Row, std::greater<>> found;
    const auto take = [&](const Page& page) {
        for (Row& row : rows_of(page)) {
            const bool fits = row.object == object.id && row.object_kind == object.kind;
            if (fits && static_cast<std::int64_t>(row.sequence) < below) {
                found.emplace(row.sequence, std::move(row));
            }
        }
    };
    auto later = snapshot.query(
        std::string{pages} +
            "where last in (select (select min(p.last) from audit_page p where p.last >= "
            "m.sequence) from audit_mention m where m.object = ? and m.object_kind = ? "
            "and m.sequence < ? order by m.sequence desc limit ?)",
        about, object.kind, below, limit);
    while (later.next()) take(page_in(later));
    auto run = snapshot.query(
        std::string{pages} +
            "where last = (select r.page from audit_run r where r.object_kind = ? and r.last >= ? "
            "order by r.last limit 1)",
        object.kind, about);
    if (run.next()) take(page_in(run));
    auto birth = snapshot.query(std::string{pages} + "where id > ? order by id limit 1", about);
    if (birth.next()) take(page_in(birth));
    std::vector<Entry> out;
    for (auto it = found.begin(); it != found.end() && out.size() < most; ++it) {
        out.push_back(entry_of(std::move(it->second)));
    }
    return out;
}

}  // namespace bank::audit
