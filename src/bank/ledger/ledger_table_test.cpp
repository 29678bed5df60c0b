// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/test_ledger.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <utility>

namespace bank::ledger {
namespace {

/// Runs rules.table.txt; its head explains the lines.
class Table {
public:
    Table(std::int64_t entries_per_sweep, bool reopen_each_line)
        : entries_per_sweep_(entries_per_sweep), reopen_each_line_(reopen_each_line)
    {
    }

    void run(const std::string& file)
    {
        std::ifstream text{file};
        ASSERT_TRUE(text) << file;
        int number = 0;
        for (std::string line; std::getline(text, line);) {
            ++number;
            if (line.empty() || line.starts_with('#')) continue;
            SCOPED_TRACE("rules.table.txt:" + std::to_string(number) + ": " + line);
            run_line(line);
            if (reopen_each_line_ && ledger_) ledger_->reopen();
            if (testing::Test::HasFatalFailure()) return;
        }
        finish_case();
    }

    int rows() const { return rows_; }
    const std::set<std::string>& results() const { return results_; }
    /// Of each row that ends with "# N before M": the two numbers, and what was answered.
    const std::map<std::pair<int, int>, std::string>& orders() const { return orders_; }

private:
    void finish_case()
    {
        if (!ledger_) return;
        EXPECT_EQ(ledger_->first_finding(), "");
        ledger_->reopen();
        EXPECT_EQ(ledger_->first_finding(), "");
    }

    void run_line(std::string line)
    {
        std::pair<int, int> order;
        if (const auto note = line.find("  # "); note != std::string::npos) {
            std::istringstream said{line.substr(note + 4)};
            std::string before;
            said >> order.first >> before >> order.second;
            line.resize(note);
        }
        std::istringstream words{line};
        std::string word;
        words >> word;
        if (word == "case") {
            finish_case();
            ledger_ = std::make_unique<TestLedger>(entries_per_sweep_);
            accounts_.clear();
            entries_.clear();
            return;
        }
        if (word == "day" || word == "wait") {
            std::int64_t count = 0;
            words >> count;
            ledger_->clock_.advance_seconds(count * (word == "day" ? 86'400 : 1));
            return;
        }
        ++rows_;
        const auto equals = line.rfind(" = ");
        const std::string expected = equals == std::string::npos ? "done" : line.substr(equals + 3);
        const std::string rest = line.substr(0, equals);
        results_.insert(expected);
        if (order.second != 0) orders_[order] = expected;
        if (word == "linked") {
            --rows_;
            linked_.emplace();
        } else if (word == "post" && linked_) {
            linked_->push_back(rest);
        } else if (word == "end") {
            EXPECT_EQ(post_linked(), expected);
            linked_.reset();
        } else if (word == "open") {
            EXPECT_EQ(open(rest), expected);
        } else if (word == "terms") {
            EXPECT_EQ(change_terms(rest), expected);
        } else if (word == "post" || word == "reserve") {
            EXPECT_EQ(post(rest), expected);
        } else if (word == "capture" || word == "release") {
            EXPECT_EQ(settle(rest), expected);
        } else if (word == "reverse") {
            EXPECT_EQ(reverse(rest), expected);
        } else if (word == "refuse") {
            EXPECT_EQ(refuse(rest), expected);
        } else if (word == "own") {
            EXPECT_EQ(own(rest), expected);
        } else if (word == "statement") {
            EXPECT_EQ(statement(rest), expected);
        } else if (word == "look") {
            EXPECT_EQ(look(rest), expected);
        } else if (word == "expire") {
            const auto count = ledger_->write([&](Transaction& tx, Ledger& ledger) {
                return ledger.expire_holds(tx, ledger_->today(), 100);
            });
            EXPECT_EQ(std::to_string(count.value()), expected);
        } else {
            expect_balance(word, rest);
        }
    }

    void expect_balance(const std::string& name, const std::string& line)
    {
        ASSERT_TRUE(accounts_.contains(name)) << "no such command or account: " << name;
        std::istringstream words{line};
        std::string word, balance, available;
        words >> word >> word >> balance >> word >> word >> available;
        const auto id = accounts_[name].first;
        const Account seen = ledger_->account(id);
        EXPECT_EQ(base::to_decimal(seen.balance()), balance);
        if (!available.empty()) {
            EXPECT_EQ(base::to_decimal(seen.available()), available);
        }
        const auto inside =
            ledger_->write([&](Transaction& tx, Ledger& ledger) { return ledger.account(tx, id); });
        EXPECT_EQ(inside.value().counters, seen.counters);
    }

    static Terms terms_of(std::istringstream& words, base::Currency unit)
    {
        Terms terms;
        const std::map<std::string, Flag> flags = {
            {"no-overdraft", Flag::debits_must_not_exceed_credits},
            {"stock", Flag::credits_must_not_exceed_debits},
            {"closed", Flag::closed},
            {"debits-blocked", Flag::debits_blocked},
            {"credits-blocked", Flag::credits_blocked}};
        for (std::string word; words >> word;) {
            if (flags.contains(word)) {
                terms.flags = terms.flags | flags.at(word);
                continue;
            }
            const auto split = word.find('=');
            const auto amount = money(word.substr(split + 1), unit).minor_units;
            const std::string name = word.substr(0, split);
            (name == "max"        ? terms.balance_limit
             : name == "out-day"  ? terms.debits_day_limit
             : name == "out-year" ? terms.debits_year_limit
             : name == "in-day"   ? terms.credits_day_limit
                                  : terms.credits_year_limit) = amount;
        }
        return terms;
    }

    static base::Currency unit_of(const std::string& text)
    {
        const auto colon = text.find(':');
        const auto code = text.substr(0, colon);
        if (colon != std::string::npos) return {code == "CNY" ? "CNY" : "?", 3};
        const auto known = currency(code);
        if (known) return known.value();
        if (code == "QQQ") return {"QQQ", 2};
        if (code == "gold/grams") return {"gold/grams", 4};
        return {"voucher/spring", 0};
    }

    std::string open(const std::string& line)
    {
        std::istringstream words{line};
        std::string word, name, unit_text;
        words >> word >> name >> unit_text;
        const auto unit = unit_of(unit_text);
        const AccountId id =
            accounts_.contains(name) ? accounts_[name].first : AccountId{ledger_->book_->next_id()};
        const Terms terms = terms_of(words, unit);
        accounts_.try_emplace(name, id, unit);
        return outcome(ledger_->write([&](Transaction& tx, Ledger& ledger) {
            return ledger.open_account(tx, {id, unit, terms});
        }));
    }

    std::string change_terms(const std::string& line)
    {
        std::istringstream words{line};
        std::string word, name;
        words >> word >> name;
        const auto account = named(name);
        const Terms terms = terms_of(words, account.second);
        return outcome(ledger_->write([&](Transaction& tx, Ledger& ledger) {
            return ledger.change_terms(tx, account.first, terms);
        }));
    }

    struct Parsed {
        std::string id;
        std::int64_t seconds = 0;
        int days = 0;
        Clamp clamp = Clamp::none;
        std::vector<Leg> legs;
        std::string content;
    };

    std::pair<AccountId, base::Currency> named(const std::string& name)
    {
        const auto it = accounts_.find(name);
        if (it != accounts_.end()) return it->second;
        return {AccountId{12345}, currency("CNY").value()};
    }

    static base::Money money(std::string text, base::Currency unit)
    {
        const bool negative = text.starts_with('-');
        auto amount = base::parse_money(negative ? text.substr(1) : text, unit).value();
        if (negative) amount.minor_units = -amount.minor_units;
        return amount;
    }

    Parsed parse(const std::string& line)
    {
        Parsed parsed;
        const auto colon = line.find(':');
        std::istringstream head{line.substr(0, colon)};
        std::string word;
        head >> word >> parsed.id;
        while (head >> word) {
            if (word == "for") head >> parsed.seconds;
            if (word == "dated") head >> parsed.days;
            if (word != "clamped") continue;
            head >> word;
            parsed.clamp = word == "debit"    ? Clamp::debit
                           : word == "credit" ? Clamp::credit
                                              : Clamp::both;
        }
        parsed.content = line.substr(colon + 1);
        std::istringstream legs{parsed.content};
        for (std::string leg; std::getline(legs, leg, ',');) {
            std::istringstream words{leg};
            std::string side, name, amount, unit_text;
            words >> side >> name >> amount >> unit_text;
            if (side.empty()) continue;
            const auto account = named(name);
            const bool counted = amount.ends_with('*');
            if (counted) amount.pop_back();
            const auto unit = unit_text.empty() ? account.second : unit_of(unit_text);
            parsed.legs.push_back({account.first, side == "dr" ? Side::debit : Side::credit,
                                   money(amount, unit),
                                   counted ? Counting::counted : Counting::uncounted});
        }
        return parsed;
    }

    Entry entry_of(const Parsed& parsed) const
    {
        return {.client = client_of(parsed.id),
                .content = content_of({parsed.content}),
                .kind = "test",
                .effective = {ledger_->today().days + parsed.days},
                .legs = parsed.legs,
                .clamp = parsed.clamp};
    }

    static ClientId client_of(const std::string& id)
    {
        return id == "-" ? ClientId{} : client_id({"table", id});
    }

    std::string post(const std::string& line)
    {
        const Parsed parsed = parse(line);
        auto posted = ledger_->write([&](Transaction& tx, Ledger& ledger) {
            return line.starts_with("post")
                       ? ledger.post(tx, entry_of(parsed))
                       : ledger.reserve(tx, entry_of(parsed),
                                        base::after_seconds(tx.now(), parsed.seconds));
        });
        if (posted) entries_[parsed.id] = posted.value().id;
        if (!posted || parsed.clamp == Clamp::none) return outcome(posted);
        return outcome(posted) + " " +
               base::to_decimal({posted.value().amount, parsed.legs.front().amount.currency});
    }

    std::string reverse(const std::string& line)
    {
        std::istringstream words{line};
        std::string word, id, entry;
        int days = 0;
        words >> word >> id >> word >> entry >> word >> days;
        const auto posted = ledger_->write([&](Transaction& tx, Ledger& ledger) {
            return ledger.reverse(tx, {.client = client_of(id),
                                       .content = content_of({"reverse", entry}),
                                       .effective = {ledger_->today().days + days},
                                       .entry = entries_[entry]});
        });
        if (posted) entries_[id] = posted.value().id;
        return outcome(posted);
    }

    std::string refuse(const std::string& line)
    {
        std::istringstream words{line};
        std::string word, id, reason;
        words >> word >> id >> reason;
        if (reason.ends_with(':')) reason.pop_back();
        return outcome(ledger_->write([&](Transaction& tx, Ledger& ledger) {
            return ledger.record_refusal(tx, client_of(id),
                                         content_of({line.substr(line.find(':') + 1)}), "test",
                                         ledger_->today(), base::rejected(reason, "no"));
        }));
    }

    std::string own(const std::string& line)
    {
        std::istringstream words{line};
        std::string word, code, unit_text;
        words >> word >> code >> unit_text;
        const auto unit = unit_of(unit_text);
        const auto made = ledger_->write(
            [&](Transaction& tx, Ledger& ledger) { return ledger.own_account(tx, code, unit); });
        if (!made) return std::string{made.error().reason};
        accounts_.try_emplace(code, made.value(), unit);
        return made.value() == accounts_[code].first ? "done" : "another account";
    }

    std::string statement(const std::string& line)
    {
        std::istringstream words{line};
        std::string word, name;
        int first = 0, last = 0;
        words >> word >> name >> first >> last;
        const int today = ledger_->today().days;
        const auto seen = ledger_->book_->read([&](Snapshot& snapshot) {
            return ledger_->ledger_->statement(snapshot, named(name).first, {today + first},
                                               {today + last});
        });
        if (!seen) return std::string{seen.error().reason};
        const auto& [opening, closing, debits, credits, movements] = seen.value();
        return base::to_decimal(opening) + " + " + base::to_decimal(credits) + " - " +
               base::to_decimal(debits) + " is " + base::to_decimal(closing);
    }

    std::string look(const std::string& line)
    {
        std::istringstream words{line};
        std::string word, id;
        words >> word >> id;
        const auto seen = ledger_->book_->read(
            [&](Snapshot& snapshot) { return ledger_->ledger_->entry(snapshot, entries_[id]); });
        return seen ? "done" : std::string{seen.error().reason};
    }

    std::string post_linked()
    {
        std::vector<Parsed> parsed;
        std::vector<Entry> entries;
        for (const std::string& line : *linked_) parsed.push_back(parse(line));
        for (const Parsed& one : parsed) entries.push_back(entry_of(one));
        const auto posted = ledger_->write(
            [&](Transaction& tx, Ledger& ledger) { return ledger.post_linked(tx, entries); });
        return posted ? "done" : std::string{posted.error().reason};
    }

    std::string settle(const std::string& line)
    {
        std::istringstream words{line};
        std::string word, id, hold, amount, unit_text;
        words >> word >> id >> hold >> hold >> amount >> unit_text;
        const bool capture = word == "capture";
        int days = 0;
        if (amount == "dated") days = std::stoi(std::exchange(unit_text, {})), amount.clear();
        const auto rest = line.ends_with(" keep") ? Ledger::Rest::kept : Ledger::Rest::freed;
        if (unit_text == "keep") unit_text.clear();
        std::optional<base::Money> part;
        if (!amount.empty()) part = money(amount, unit_of(unit_text.empty() ? "CNY" : unit_text));
        return outcome(ledger_->write([&](Transaction& tx, Ledger& ledger) {
            const Ledger::Settlement settlement{.client = client_of(id),
                                                .content = content_of({word, hold, amount}),
                                                .effective = {ledger_->today().days + days},
                                                .hold = entries_[hold]};
            auto settled = capture ? ledger.capture(tx, settlement, part, rest)
                                   : ledger.release(tx, settlement);
            if (settled) entries_[id] = settled.value().id;
            return settled;
        }));
    }

    static std::string outcome(const base::Result<Posted>& posted)
    {
        if (!posted) return std::string{posted.error().reason};
        return posted.value().repeated ? "again" : "done";
    }
    static std::string outcome(const base::Result<void>& done)
    {
        return done ? "done" : std::string{done.error().reason};
    }

    const std::int64_t entries_per_sweep_;
    const bool reopen_each_line_;
    std::unique_ptr<TestLedger> ledger_;
    std::map<std::string, std::pair<AccountId, base::Currency>> accounts_;
    std::map<std::string, EntryId> entries_;
    std::optional<std::vector<std::string>> linked_;
    int rows_ = 0;
    std::set<std::string> results_;
    std::map<std::pair<int, int>, std::string> orders_;
};

std::string ledger_header()
{
    std::ifstream file{std::string{YUNGUI_SOURCE_DIR} + "/src/bank/ledger/ledger.h"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

bool is_reason_letter(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_';
}

/// Every reason that ledger.h names, with the number that stands before it there, or 0.
std::vector<std::pair<int, std::string>> documented_reasons()
{
    std::vector<std::pair<int, std::string>> reasons;
    const std::string text = ledger_header();
    for (auto at = text.find(" ledger."); at != std::string::npos; at = text.find(" ledger.", at)) {
        const auto end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at) + 8,
                                          text.end(), is_reason_letter);
        int number = 0;
        for (std::size_t digit = at, factor = 1; digit > 0 && std::isdigit(text[digit - 1]) != 0;
             --digit, factor *= 10) {
            number += (text[digit - 1] - '0') * static_cast<int>(factor);
        }
        reasons.emplace_back(number,
                             std::string{text.begin() + static_cast<std::ptrdiff_t>(at) + 1, end});
        at += 8;
    }
    return reasons;
}

const std::string table_file = std::string{YUNGUI_SOURCE_DIR} + "/src/bank/ledger/rules.table.txt";

/// The table as it was run once.
const Table& run_table()
{
    static const auto table = [] {
        auto made = std::make_unique<Table>(100'000, false);
        made->run(table_file);
        return made;
    }();
    return *table;
}

TEST(LedgerRules, HoldAsTheTableSays)
{
    EXPECT_GE(run_table().rows(), 400);
}

TEST(LedgerRules, AreHitEachByARowOfTheTable)
{
    const Table& table = run_table();
    const auto reasons = documented_reasons();
    EXPECT_GE(reasons.size(), 40U);
    for (const auto& [number, reason] : reasons) {
        EXPECT_TRUE(table.results().contains(reason)) << reason << " is in no row";
    }
}

TEST(LedgerRules, AreLookedForInTheOrderOfTheirNumbers)
{
    const Table& table = run_table();
    std::map<int, std::string> rules;
    for (const auto& [number, reason] : documented_reasons()) {
        if (number > 0) rules[number] = reason;
    }
    ASSERT_EQ(rules.size(), 22U);
    ASSERT_EQ(rules.rbegin()->first, 22);
    for (const auto& [pair, answered] : table.orders()) {
        EXPECT_LT(pair.first, pair.second);
        EXPECT_EQ(answered, rules[pair.first]) << pair.first << " before " << pair.second;
    }
    for (int number = 1; number < 22; ++number) {
        // An entry without an id, or without legs, cannot break the rule after as well.
        const int next = number == 1 || number == 4 ? number + 2 : number + 1;
        if (number == 4) continue;
        EXPECT_TRUE(table.orders().contains({number, next})) << number << " before " << next;
    }
}

TEST(LedgerRules, HoldTheSameWhenBalancesAreSweptAllTheTime)
{
    Table{1, false}.run(table_file);
}

TEST(LedgerRules, HoldTheSameWhenMemoryIsRebuiltBeforeEachLine)
{
    Table{2, true}.run(table_file);
}

}  // namespace
}  // namespace bank::ledger
