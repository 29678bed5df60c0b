// SPDX-License-Identifier: Apache-2.0
#include <server/words.h>

#include <server/house.h>

#include <bank/audit/signed_head.h>
#include <bank/audit/trail.h>
#include <bank/biller/payouts.h>
#include <bank/clearing/explain.h>
#include <bank/end_of_day/end_of_day.h>
#include <bank/evidence/store.h>
#include <bank/ledger/check.h>
#include <bank/wallet/wallets.h>
#include <platform/config/node.h>
#include <platform/sql/copies.h>

#include <cstdio>
#include <fstream>
#include <memory>

namespace server {

namespace {

namespace sql = platform::sql;

/// Counts what is wrong, one line each.
class Report {
public:
    void line(const std::string& text) { std::printf("%s\n", text.c_str()); }
    void finding(const std::string& text)
    {
        std::printf("  WRONG  %s\n", text.c_str());
        ++findings_;
    }
    int findings() const { return findings_; }

private:
    int findings_ = 0;
};

/// What cannot be read is a finding, and the rest is looked at all the same.
template <class Look>
void look_at(const std::string& name, Report& report, Look look)
{
    try {
        look();
    } catch (const sql::Failure& failure) {
        report.finding(name + " cannot be read: " + failure.what());
    }
}

/// On PostgreSQL its own checksums see to that.
void check_pages(const House& house, const std::string& name, Report& report)
{
    constexpr int most = 5;
    if (sql::is_postgres_url(house.settings.database)) return;
    for (const auto& text : sql::damage(house.settings.data_folder / (name + ".db"), most))
        report.finding("the file of " + name + ": " + text);
}

void check_trail(sql::Book& book, const std::string& name, Report& report)
{
    const auto verdict =
        book.read([](sql::Snapshot& snapshot) { return bank::audit::verify(snapshot); });
    report.line("  audit trail of " + name + ": " + std::to_string(verdict.records) + " records");
    if (verdict.first_bad)
        report.finding("audit record " + std::to_string(*verdict.first_bad) + " of " + name +
                       " is altered or missing");
}

void check_heads(House& house, sql::Book& book, const std::string& name, Report& report)
{
    std::ifstream heads{house.settings.data_folder / "audit-heads" / (name + ".jsonl")};
    for (std::string head; std::getline(heads, head);) {
        const auto held = book.read([&](sql::Snapshot& snapshot) {
            return bank::audit::check_signed_head(snapshot, book.number(), head, *house.keyring);
        });
        if (!held)
            report.finding("a signed head of " + name + ": " + std::string{held.error().reason});
    }
}

void check_dates(sql::Book& book, const std::string& name, Report& report)
{
    const auto migrated = book.migrate(bank::end_of_day::migrations());
    if (!migrated) return report.finding("the schema of " + name + ": " + migrated.error().detail);
    book.read([&](sql::Snapshot& snapshot) {
        report.line("  business dates of " + name + ": " +
                    std::to_string(bank::end_of_day::dates_done(snapshot)) +
                    " ended, with trial balance");
        for (const auto& finding : bank::end_of_day::check(snapshot)) report.finding(finding);
    });
}

void check_institution(House& house, const bank::catalog::Institution& facts, Report& report)
{
    const auto book = house.open_book(facts.code, facts.book);
    check_pages(house, facts.code, report);
    const auto ledger = bank::ledger::check_ledger(*book);
    report.line("  ledger of " + facts.code + ": " + std::to_string(ledger.entries) + " entries, " +
                std::to_string(ledger.accounts) + " accounts, " +
                std::to_string(ledger.holds_open) + " open holds");
    for (const auto& finding : ledger.findings) report.finding(finding);
    check_dates(*book, facts.code, report);
    bank::ledger::Ledger in_memory{*book};
    const auto unexplained = book->read(
        [&](sql::Snapshot& snapshot) { return bank::clearing::explain(snapshot, in_memory); });
    for (const auto& finding : unexplained) report.finding(facts.code + ": " + finding);
    const auto owed = book->read(
        [&](sql::Snapshot& snapshot) { return bank::wallet::explain(snapshot, in_memory); });
    for (const auto& finding : owed) report.finding(facts.code + ": " + finding);
    const auto billed = book->read(
        [&](sql::Snapshot& snapshot) { return bank::biller::explain(snapshot, in_memory); });
    for (const auto& finding : billed) report.finding(facts.code + ": " + finding);
    check_trail(*book, facts.code, report);
    check_heads(house, *book, facts.code, report);
    const bank::evidence::Store evidence{house.settings.data_folder / "evidence" / facts.code,
                                         *house.keyring, house.random};
    for (const auto& finding : evidence.check(*book)) report.finding(finding);
}

/// What one institution's book says of another.
struct Side {
    std::vector<bank::clearing::Passed> sent;
    std::vector<bank::clearing::Passed> received;
    std::int64_t settled = 0;
};

Side side_of(House& house, const bank::catalog::Institution& here,
             const bank::catalog::Institution& there)
{
    const auto book = house.open_book(here.code, here.book);
    bank::ledger::Ledger ledger{*book};
    return book->read([&](sql::Snapshot& snapshot) {
        return Side{bank::clearing::passed_to(snapshot, there.code),
                    bank::clearing::passed_from(snapshot, there.clearing_code),
                    bank::clearing::settled_with(snapshot, ledger, there.code)};
    });
}

/// What went from each institution to each other, as both have it; and that over all of them
/// nothing came out of nowhere: what two owe each other is zero together with what one has paid out
/// and the other does not know of yet.
void check_between(House& house, Report& report)
{
    const auto& institutions = house.bank().institutions;
    std::size_t payments = 0;
    std::int64_t difference = 0;
    for (auto one = institutions.begin(); one != institutions.end(); ++one) {
        for (auto other = std::next(one); other != institutions.end(); ++other) {
            const Side here = side_of(house, *one, *other);
            const Side there = side_of(house, *other, *one);
            payments += here.sent.size() + there.sent.size();
            for (const auto& finding : bank::clearing::compare(here.sent, there.received))
                report.finding(one->code + " to " + other->code + ": " + finding);
            for (const auto& finding : bank::clearing::compare(there.sent, here.received))
                report.finding(other->code + " to " + one->code + ": " + finding);
            const auto sum = here.settled + there.settled +
                             bank::clearing::on_the_way(here.sent, there.received) +
                             bank::clearing::on_the_way(there.sent, here.received);
            if (sum != 0)
                report.finding("what " + one->code + " and " + other->code +
                               " owe each other is not zero but " + std::to_string(sum) +
                               " minor units");
            difference += sum;
        }
    }
    report.line("  between institutions: " + std::to_string(payments) +
                " payments, what they owe each other adds up to " + std::to_string(difference));
}

int check(const std::string& data, const std::string& bank, const std::string& database,
          const std::filesystem::path& source_root)
{
    if (!is_data_folder(data)) {
        std::fprintf(stderr, "yungui: %s is no data folder of a bank\n", data.c_str());
        return 1;
    }
    const auto house = House::open(
        {.source_root = source_root,
         .bank_folder = bank.empty() ? source_root / "banks/demo" : std::filesystem::path{bank},
         .data_folder = std::filesystem::absolute(data),
         .database = database,
         .database_wait = std::chrono::seconds{6}});
    if (!house) {
        std::fprintf(stderr, "yungui: %s\n", house.error().detail.c_str());
        return 1;
    }
    Report report;
    report.line("Checking " + data);
    check_pages(*house.value(), "house", report);
    look_at("house", report, [&] { check_trail(*house.value()->book, "house", report); });
    for (const auto& facts : house.value()->bank().institutions)
        look_at(facts.code, report, [&] { check_institution(*house.value(), facts, report); });
    look_at("what went between institutions", report,
            [&] { check_between(*house.value(), report); });
    report.line(report.findings() == 0 ? "All is in order."
                                       : std::to_string(report.findings()) + " things are wrong.");
    return report.findings() == 0 ? 0 : 1;
}

}  // namespace

void add_check_word(platform::command_line::Program& program,
                    const std::filesystem::path& source_root)
{
    struct Options {
        std::string data = "data";
        std::string bank;
        std::string database;
    };
    auto options = std::make_shared<Options>();
    program.word(
        "check", "Hold ledger, audit trail and evidence of a data folder to their invariants",
        [&](platform::command_line::Options& declare) {
            declare.text("--data", "The data folder (data)", options->data);
            declare.text("--bank", "The bank's folder (banks/demo)", options->bank);
            declare.text("--database", database_help, options->database);
        },
        [options, source_root] {
            return check(options->data, options->bank, options->database, source_root);
        });
}

}  // namespace server
