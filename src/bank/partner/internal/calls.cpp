// SPDX-License-Identifier: Apache-2.0
#include <bank/partner/internal/calls.h>

#include <array>

namespace bank::partner {

namespace sql = platform::sql;
namespace json = platform::json;

namespace {

constexpr std::array schema{sql::Migration{"partner", 1, R"sql(
create table partner_call(
    id bigint primary key,
    partner text not null,
    question text not null,
    correlation text not null,
    content blob,
    state text not null,
    attempts bigint not null,
    next_at bigint not null,
    deadline_at bigint not null,
    trouble text not null,
    duplicates bigint not null,
    answer blob,
    asked_at bigint not null,
    answered_at bigint);
create unique index partner_call_correlation on partner_call(partner, correlation);
create index partner_call_due on partner_call(state, next_at);
create table partner_notice(
    partner text not null,
    id text not null,
    at bigint not null,
    primary key (partner, id));
create table partner_nonce(
    nonce text primary key,
    at bigint not null);
create index partner_nonce_at on partner_nonce(at);
)sql"}};

CallState state_from(std::string_view text)
{
    for (const auto state : {CallState::waiting, CallState::accepted, CallState::answered}) {
        if (text == to_string(state)) return state;
    }
    return CallState::timed_out;
}

constexpr std::string_view view_columns =
    "id, partner, question, correlation, state, attempts, trouble, duplicates, asked_at, "
    "answered_at ";

CallView read_view(sql::Cursor& row)
{
    return {.id = row.id<CallId>(0),
            .partner = row.string(1),
            .question = row.string(2),
            .correlation = row.string(3),
            .state = state_from(row.text(4)),
            .attempts = static_cast<int>(row.integer(5)),
            .last_trouble = row.string(6),
            .duplicates = static_cast<int>(row.integer(7)),
            .asked_at = row.instant(8),
            .answered_at = row.is_null(9) ? std::nullopt : std::optional(row.instant(9))};
}

base::Instant after_ms(base::Instant from, std::int64_t ms)
{
    return {from.micros + ms * 1000};
}

}  // namespace

std::span<const sql::Migration> migrations()
{
    return schema;
}

std::string_view to_string(CallState state)
{
    static constexpr std::string_view names[] = {"waiting", "accepted", "answered", "timed_out"};
    return names[static_cast<int>(state)];
}

namespace internal {

base::Result<CallId> Calls::ask(sql::Transaction& tx, const Question& question,
                                const Settings& partner)
{
    const auto now = tx.now();
    const auto deadline = after_ms(now, partner.deadline_ms);
    const std::string content = json::serialise(question.content);
    {
        auto known = tx.query(
            "select id, question, state from partner_call where partner = ? and correlation = ?",
            question.partner, question.correlation);
        if (known.next()) {
            const auto id = known.id<CallId>(0);
            if (known.text(1) != question.question) {
                return base::conflict("partner.correlation_reused",
                                      "This was asked before with another question.");
            }
            if (known.text(2) == "timed_out") {
                tx.execute(
                    "update partner_call set state = 'waiting', attempts = 0, next_at = ?, "
                    "deadline_at = ?, content = ? where id = ?",
                    now, deadline, column(sealer_.seal(id.value, content)), id);
            }
            return id;
        }
    }
    const auto id = tx.new_id<CallId>();
    tx.execute(
        "insert into partner_call(id, partner, question, correlation, content, state, attempts, "
        "next_at, deadline_at, trouble, duplicates, asked_at) "
        "values (?, ?, ?, ?, ?, 'waiting', 0, ?, ?, '', 0, ?)",
        id, question.partner, question.question, question.correlation,
        column(sealer_.seal(id.value, content)), now, deadline, now);
    return id;
}

std::vector<Due> Calls::due(sql::Snapshot& snapshot, base::Instant now, int limit)
{
    std::vector<Due> out;
    for (const char* state : {"waiting", "accepted"}) {
        auto row = snapshot.query(
            "select id, partner, deadline_at from partner_call where state = ? and next_at <= ? "
            "order by next_at limit ?",
            state, now, limit);
        while (row.next()) out.push_back({row.id<CallId>(0), row.string(1), row.instant(2) <= now});
    }
    return out;
}

std::optional<Attempt> Calls::begin(sql::Transaction& tx, CallId id, const Settings& partner)
{
    Attempt attempt;
    {
        auto row = tx.query(
            "select question, attempts, content from partner_call "
            "where id = ? and state = 'waiting' and next_at <= ?",
            id, tx.now());
        if (!row.next()) return std::nullopt;
        attempt.question = row.string(0);
        attempt.number = static_cast<int>(row.integer(1)) + 1;
        const auto content = row.blob(2);
        attempt.content.assign(
            reinterpret_cast<const std::uint8_t*>(content.data()),
            reinterpret_cast<const std::uint8_t*>(content.data()) + content.size());
    }
    // Should the program end meanwhile, the call is made again after the time of this attempt.
    tx.execute("update partner_call set attempts = ?, next_at = ? where id = ?", attempt.number,
               after_ms(tx.now(), partner.answer_timeout_ms + partner.first_retry_ms), id);
    return attempt;
}

void Calls::accepted(sql::Transaction& tx, CallId id)
{
    tx.execute(
        "update partner_call set state = 'accepted', next_at = deadline_at "
        "where id = ? and state = 'waiting'",
        id);
}

void Calls::failed(sql::Transaction& tx, CallId id, std::string_view reason, int wait_ms)
{
    tx.execute(
        "update partner_call set trouble = ?, next_at = ? where id = ? and state = 'waiting'",
        reason, after_ms(tx.now(), wait_ms), id);
}

void Calls::troubled(sql::Transaction& tx, CallId id, std::string_view reason)
{
    tx.execute("update partner_call set trouble = ? where id = ?", reason, id);
}

base::Result<Recorded> Calls::record(sql::Transaction& tx, CallId id, const json::Value& content,
                                     Answer& answer)
{
    CallState state;
    {
        auto row = tx.query(
            "select partner, question, correlation, state from partner_call where id = ?", id);
        if (!row.next()) return base::not_found("partner.call_unknown", "There is no such call.");
        state = state_from(row.text(3));
        answer = {.call = id,
                  .partner = row.string(0),
                  .question = row.string(1),
                  .correlation = row.string(2),
                  .status = std::string(content["status"].text_or("refused")),
                  .content = content,
                  .after_timeout = state == CallState::timed_out};
    }
    if (state == CallState::answered) {
        tx.execute("update partner_call set duplicates = duplicates + 1 where id = ?", id);
        return Recorded::duplicate;
    }
    tx.execute(
        "update partner_call set state = 'answered', content = null, answer = ?, answered_at = ? "
        "where id = ?",
        column(sealer_.seal(id.value, json::serialise(content))), tx.now(), id);
    return answer.after_timeout ? Recorded::after_timeout : Recorded::first;
}

bool Calls::time_out(sql::Transaction& tx, CallId id, Answer& answer)
{
    auto row = tx.query(
        "select partner, question, correlation, trouble from partner_call "
        "where id = ? and state in ('waiting', 'accepted')",
        id);
    if (!row.next()) return false;
    json::Object content{{"status", "timeout"}};
    if (!row.text(3).empty()) content.set("reason", row.text(3));
    answer = {.call = id,
              .partner = row.string(0),
              .question = row.string(1),
              .correlation = row.string(2),
              .status = "timeout",
              .content = std::move(content)};
    tx.execute("update partner_call set state = 'timed_out', content = null where id = ?", id);
    return true;
}

std::optional<CallView> Calls::find(sql::Snapshot& snapshot, std::string_view partner,
                                    std::string_view correlation)
{
    auto row = snapshot.query("select " + std::string(view_columns) +
                                  "from partner_call where partner = ? and correlation = ?",
                              partner, correlation);
    return row.next() ? std::optional(read_view(row)) : std::nullopt;
}

std::vector<CallView> Calls::unsettled(sql::Snapshot& snapshot, int limit)
{
    auto row = snapshot.query("select " + std::string(view_columns) +
                                  "from partner_call where state <> 'answered' or trouble <> '' "
                                  "order by id desc limit ?",
                              limit);
    std::vector<CallView> out;
    while (row.next()) out.push_back(read_view(row));
    return out;
}

}  // namespace internal
}  // namespace bank::partner
