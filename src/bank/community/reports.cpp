// SPDX-License-Identifier: Apache-2.0
#include <bank/community/reports.h>

#include <set>

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
    {"community", 2,
     "alter table community_visit add column pass text not null default '';"
     "create index community_visit_pass on community_visit(pass);"
     "create table community_return("
     "  case_id bigint primary key, person bigint not null, day bigint not null,"
     "  place text not null, granted integer not null);"
     "create index community_return_day on community_return(day, place, granted)"},
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

std::vector<std::uint64_t> people(Snapshot& snapshot, std::span<const std::string> places,
                                  base::Date since, int limit)
{
    std::set<std::uint64_t> found;
    for (const std::string& place : places) {
        auto rows = snapshot.query(
            "select distinct person from community_report where place = ? and day >= ?"
            " order by person limit ?",
            place, std::int64_t{since.days}, std::int64_t{limit});
        while (rows.next()) found.insert(static_cast<std::uint64_t>(rows.integer(0)));
    }
    std::vector<std::uint64_t> all(found.begin(), found.end());
    if (all.size() > static_cast<std::size_t>(limit)) all.resize(static_cast<std::size_t>(limit));
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

void note_return(Transaction& transaction, const Return& asked)
{
    transaction.execute(
        "insert into community_return(case_id, person, day, place, granted) values (?, ?, ?, ?, ?)"
        " on conflict (case_id) do update set granted = excluded.granted",
        static_cast<std::int64_t>(asked.case_id), static_cast<std::int64_t>(asked.person),
        std::int64_t{asked.day.days}, asked.place, asked.granted);
}

std::vector<Count> returns(Snapshot& snapshot, base::Date day)
{
    std::vector<Count> all;
    auto rows = snapshot.query(
        "select place, granted, count(*) from community_return where day = ?"
        " group by place, granted order by place, granted",
        std::int64_t{day.days});
    while (rows.next())
        all.push_back({rows.string(0), rows.boolean(1) ? "granted" : "asked", rows.integer(2)});
    return all;
}

std::string place_of(Snapshot& snapshot, std::uint64_t person)
{
    auto rows = snapshot.query(
        "select place from community_report where person = ? order by day desc limit 1",
        static_cast<std::int64_t>(person));
    return rows.next() ? rows.string(0) : std::string{};
}

base::Result<Noted> by_pass(Snapshot& snapshot, std::string_view pass)
{
    auto rows = snapshot.query(
        "select person, place, at, temperature from community_visit where pass = ?"
        " order by at desc limit 1",
        pass);
    if (pass.empty() || !rows.next())
        return base::not_found("visit.pass_unknown", "no visit has this pass");
    return Noted{static_cast<std::uint64_t>(rows.integer(0)), rows.string(1), rows.instant(2),
                 rows.integer(3)};
}

std::vector<Noted> contacts(Snapshot& snapshot, std::uint64_t person, base::Instant since,
                            int minutes, int limit)
{
    const std::int64_t around = std::int64_t{minutes} * 60 * base::micros_per_second;
    auto rows = snapshot.query(
        "select distinct o.id, o.person, o.place, o.at, o.temperature from community_visit m"
        " join community_visit o on o.place = m.place and o.at >= m.at - ? and o.at <= m.at + ?"
        " where m.person = ? and m.at >= ? and o.person <> m.person order by o.at, o.id limit ?",
        around, around, static_cast<std::int64_t>(person), since, limit);
    std::vector<Noted> all;
    while (rows.next()) {
        all.push_back({static_cast<std::uint64_t>(rows.integer(1)), rows.string(2), rows.instant(3),
                       rows.integer(4)});
    }
    return all;
}

void note(Transaction& transaction, const Visit& visit, std::string_view pass)
{
    transaction.execute(
        "insert into community_visit(id, person, place, at, temperature, pass)"
        " values (?, ?, ?, ?, ?, ?)",
        transaction.new_id<base::Id<struct VisitTag>>(), static_cast<std::int64_t>(visit.person),
        visit.place, visit.at, visit.temperature, pass);
}

std::int64_t visits_of(Snapshot& snapshot, std::uint64_t person)
{
    auto rows = snapshot.query("select count(*) from community_visit where person = ?",
                               static_cast<std::int64_t>(person));
    base::ensure(rows.next());
    return rows.integer(0);
}

}  // namespace bank::community
