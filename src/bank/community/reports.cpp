// SPDX-License-Identifier: Apache-2.0
#include <bank/community/reports.h>

#include <algorithm>
#include <array>

namespace bank::community {

using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::array<std::string_view, 3> states{"well", "unwell", "away"};

constexpr platform::sql::Migration community_steps[] = {
    {"community", 1,
     "create table community_report("
     "  person bigint not null, day bigint not null, place text not null, state text not null,"
     "  taken_at bigint not null, primary key (person, day));"
     "create index community_report_day on community_report(day, place, state);"
     "create table community_visit("
     "  id bigint primary key, person bigint not null, place text not null, at bigint not null,"
     "  temperature bigint not null);"
     "create index community_visit_place on community_visit(place, at);"
     "create index community_visit_person on community_visit(person, at)"},
};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return community_steps;
}

base::Result<void> take(Transaction& transaction, const Report& report)
{
    if (std::find(states.begin(), states.end(), report.state) == states.end()) {
        return base::invalid("community.state_unknown", "a report is well, unwell or away");
    }
    transaction.execute(
        "insert into community_report(person, day, place, state, taken_at) values (?, ?, ?, ?, ?)"
        " on conflict (person, day) do update set place = excluded.place, state = excluded.state,"
        " taken_at = excluded.taken_at",
        static_cast<std::int64_t>(report.person), std::int64_t{report.day.days}, report.place,
        report.state, transaction.now());
    return {};
}

std::vector<Count> counts(Snapshot& snapshot, base::Date day)
{
    std::vector<Count> all;
    auto rows = snapshot.query(
        "select place, state, count(*) from community_report where day = ? group by place, state"
        " order by place, state",
        std::int64_t{day.days});
    while (rows.next()) all.push_back({rows.string(0), rows.string(1), rows.integer(2)});
    return all;
}

bool well_since(Snapshot& snapshot, std::uint64_t person, base::Date day, int days)
{
    auto rows = snapshot.query(
        "select count(*) from community_report where person = ? and day > ? and day <= ? and state"
        " = 'well'",
        static_cast<std::int64_t>(person), std::int64_t{day.days} - days, std::int64_t{day.days});
    base::ensure(rows.next());
    return rows.integer(0) >= days;
}

void note(Transaction& transaction, const Visit& visit)
{
    transaction.execute(
        "insert into community_visit(id, person, place, at, temperature) values (?, ?, ?, ?, ?)",
        transaction.new_id<base::Id<struct VisitTag>>(), static_cast<std::int64_t>(visit.person),
        visit.place, visit.at, visit.temperature);
}

std::int64_t visits_of(Snapshot& snapshot, std::uint64_t person)
{
    auto rows = snapshot.query("select count(*) from community_visit where person = ?",
                               static_cast<std::int64_t>(person));
    base::ensure(rows.next());
    return rows.integer(0);
}

}  // namespace bank::community
