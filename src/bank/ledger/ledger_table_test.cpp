// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/test_ledger.h>

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

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

private:
    void finish_case()
    {
        if (!ledger_) return;
        EXPECT_EQ(ledger_->first_finding(), "");
        ledger_->reopen();
        EXPECT_EQ(ledger_->first_finding(), "");
    }

    void run_line(const std::string& line)
    {
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
            const auto amount = base::parse_money(word.substr(split + 1), unit).value().minor_units;
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
        return code == "QQQ" ? base::Currency{"QQQ", 2} : base::Currency{"voucher/spring", 0};
    }

    std::string open(const std::string& line)
    {
        std::istringstream words{line};
        std::string word, name, unit_text;
        words >> word >> name >> unit_text;
        const auto unit = unit_of(unit_text);
        const AccountId id{ledger_->book_->next_id()};
        const Terms terms = terms_of(words, unit);
        accounts_[name] = {id, unit};
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
        head >> word >> parsed.id >> word >> parsed.seconds;
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
        return {.client = client_id({"table", parsed.id}),
                .content = content_of({parsed.content}),
                .kind = "test",
                .effective = ledger_->today(),
                .legs = parsed.legs};
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
        return outcome(posted);
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
        std::optional<base::Money> part;
        if (!amount.empty()) part = money(amount, unit_of(unit_text.empty() ? "CNY" : unit_text));
        return outcome(ledger_->write([&](Transaction& tx, Ledger& ledger) {
            const Ledger::Settlement settlement{.client = client_id({"table", id}),
                                                .content = content_of({word, hold, amount}),
                                                .effective = ledger_->today(),
                                                .hold = entries_[hold]};
            return capture ? ledger.capture(tx, settlement, part) : ledger.release(tx, settlement);
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
};

const std::string table_file = std::string{YUNGUI_SOURCE_DIR} + "/src/bank/ledger/rules.table.txt";

TEST(LedgerRules, HoldAsTheTableSays)
{
    Table table{100'000, false};
    table.run(table_file);
    EXPECT_GE(table.rows(), 150);
    for (const char* reason : {"ledger.client_id_reused",
                               "ledger.empty_entry",
                               "ledger.amount_not_positive",
                               "ledger.account_twice",
                               "ledger.account_unknown",
                               "ledger.unit_mismatch",
                               "ledger.unbalanced",
                               "ledger.account_closed",
                               "ledger.debits_blocked",
                               "ledger.credits_blocked",
                               "ledger.overflow",
                               "ledger.debits_exceed_credits",
                               "ledger.credits_exceed_debits",
                               "ledger.debits_day_limit",
                               "ledger.debits_year_limit",
                               "ledger.credits_day_limit",
                               "ledger.credits_year_limit",
                               "ledger.balance_limit",
                               "ledger.expiry_in_the_past",
                               "ledger.hold_unknown",
                               "ledger.hold_over",
                               "ledger.hold_expired",
                               "ledger.exceeds_hold",
                               "ledger.unit_unknown",
                               "ledger.account_not_empty"}) {
        EXPECT_TRUE(table.results().contains(reason)) << reason << " is in no row";
    }
}

TEST(LedgerRules, HoldTheSameWhenBalancesAreSweptAllTheTime)
{
    Table{1, false}.run(table_file);
    Table{3, false}.run(table_file);
}

TEST(LedgerRules, HoldTheSameWhenMemoryIsRebuiltBeforeEachLine)
{
    Table{2, true}.run(table_file);
}

}  // namespace
}  // namespace bank::ledger
