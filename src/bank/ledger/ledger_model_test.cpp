// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/naive_ledger.h>
#include <bank/ledger/internal/test_ledger.h>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <future>
#include <random>

namespace bank::ledger {
namespace {

constexpr std::int64_t day_micros = 86'400'000'000;
constexpr int many_accounts = 30;
const base::Currency yuan_of_model{"CNY", 2};
const base::Currency voucher_of_model{"voucher/model", 0};

enum class Doing { post, reserve, linked, settle, reverse, refuse, terms, expire };

/// Something to be done to both ledgers alike.
struct Operation {
    Doing doing;
    NaiveLedger::Asked asked;
    std::vector<NaiveLedger::Asked> linked;
    NaiveLedger::Settled settled;
    int target = -1;  // The client of the entry to take back; the account of new terms.
    Terms terms;
    enum class End { good, refused, failed } end = End::good;  // Of the unit of work, after all.
};

/// Runs random histories against the ledger and the naive model.
class Histories {
public:
    explicit Histories(std::uint64_t seed)
        : random_(seed), test_(1 + static_cast<std::int64_t>(seed % 150))
    {
        model_.now = test_.clock_.now().micros;
        for (int i = 0; i < many_accounts; ++i) open(i);
    }

    /// Returns how many of the operations moved something.
    int run(int operations)
    {
        const int check_every = std::max(operations / 15, 2'000);
        int checked = 0;
        for (int made = 0; made < operations && !testing::Test::HasFatalFailure();) {
            if (below(20) == 0) pass_time();
            const int count = 1 + below(24);
            run_batch(count);
            made += count;
            if (below(250) == 0) test_.reopen();
            if (made / check_every == checked) continue;
            checked = made / check_every;
            EXPECT_EQ(test_.first_finding(), "");
        }
        compare_accounts();
        test_.reopen();
        compare_accounts();
        EXPECT_EQ(test_.first_finding(), "");
        return model_.entries;
    }

    const std::map<std::string, int>& answers() const { return answers_; }

private:
    int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
    int today() const { return static_cast<int>(model_.now / day_micros); }

    static base::Currency unit_of(const std::string& code)
    {
        return code == "CNY" ? yuan_of_model : voucher_of_model;
    }

    Terms any_terms()
    {
        Terms terms;
        if (below(2) == 0) terms.flags = Flag::debits_must_not_exceed_credits;
        if (below(6) == 0) terms.flags = Flag::credits_must_not_exceed_debits;
        if (below(16) == 0) terms.flags = terms.flags | Flag::debits_blocked;
        if (below(16) == 0) terms.flags = terms.flags | Flag::credits_blocked;
        if (below(4) == 0) terms.balance_limit = below(3000) - (below(8) == 0 ? 4000 : 0);
        if (below(5) == 0) terms.debits_day_limit = below(2000);
        if (below(5) == 0) terms.debits_year_limit = below(20000);
        if (below(5) == 0) terms.credits_day_limit = below(2000);
        if (below(5) == 0) terms.credits_year_limit = below(20000);
        return terms;
    }

    void open(int i)
    {
        ids_.push_back(AccountId{test_.book_->next_id()});
        // The first ones may be overdrawn, so that there is always something to move.
        Terms terms = i < 4 ? Terms{} : any_terms();
        if (terms.balance_limit && *terms.balance_limit < 0) terms.balance_limit = 0;
        const std::string unit = i % 5 == 4 ? "voucher/model" : "CNY";
        model_.accounts.push_back({.unit = unit, .terms = terms});
        const auto opened = test_.write([&](Transaction& tx, Ledger& ledger) {
            return ledger.open_account(tx, {ids_.back(), unit_of(unit), terms});
        });
        ASSERT_TRUE(opened);
    }

    void pass_time()
    {
        const int kind = below(10);
        const std::int64_t seconds = kind < 7 ? below(900) : kind < 9 ? below(40'000) : 86'400 * 9;
        test_.clock_.advance_seconds(seconds);
        model_.now = test_.clock_.now().micros;
    }

    int any_client()
    {
        if (below(200) == 0) return -1;
        return below(12) == 0 && newest_client_ > 0 ? recent_client() : ++newest_client_;
    }
    int recent_client() { return std::max(0, newest_client_ - below(below(4) == 0 ? 3000 : 40)); }
    int any_date() { return today() + (below(4) == 0 ? below(70) - 35 : 0); }

    NaiveLedger::Asked any_entry(bool reserve)
    {
        NaiveLedger::Asked asked{.client = any_client(), .content = {}, .effective = any_date()};
        const bool huge = below(100) == 0;
        const std::string unit = below(5) == 0 ? "voucher/model" : "CNY";
        const auto any_account = [&] {
            if (below(400) == 0) return many_accounts;
            if (huge) return below(2);
            for (;;) {
                const int account = below(2) == 0 ? below(4) : below(many_accounts);
                if ((account % 5 == 4) == (unit != "CNY") || below(300) == 0) return account;
            }
        };
        const std::int64_t amount = huge ? std::int64_t{1} << (61 + below(2)) : 1 + below(400);
        const int credits = below(6) == 0 ? 1 + below(3) : 1;
        asked.legs.push_back({any_account(), Side::debit, amount, below(2) == 0, unit});
        std::int64_t left = amount;
        for (int i = 0; i < credits; ++i) {
            const std::int64_t part = i + 1 == credits ? left : left / 2;
            asked.legs.push_back({any_account(), Side::credit, part, below(2) == 0, unit});
            left -= part;
        }
        if (below(100) == 0) asked.legs.back().amount -= 1;
        if (below(100) == 0) asked.legs.back().unit = "voucher/model";
        if (below(300) == 0) asked.legs.clear();
        if (below(2) == 0) std::reverse(asked.legs.begin(), asked.legs.end());
        if (below(5) == 0) asked.clamp = static_cast<Clamp>(below(4));
        if (reserve) asked.expires = model_.now + (std::int64_t{below(3000)} - 20) * 1'000'000;
        asked.content = content_of(asked);
        return asked;
    }

    static std::string content_of(const NaiveLedger::Asked& asked)
    {
        std::string text = std::to_string(asked.effective) + "/" +
                           std::to_string(static_cast<int>(asked.clamp)) + "/" +
                           std::to_string(asked.expires.value_or(0));
        for (const auto& leg : asked.legs) {
            text += ";" + std::to_string(leg.account) + (leg.side == Side::debit ? "d" : "c") +
                    std::to_string(leg.amount) + (leg.counted ? "*" : "") + leg.unit;
        }
        return text;
    }

    Operation any_operation()
    {
        Operation made{};
        const int dice = below(100);
        if (dice < 46) {
            made.doing = Doing::post;
            made.asked = any_entry(false);
        } else if (dice < 64) {
            made.doing = Doing::reserve;
            made.asked = any_entry(true);
            holds_.push_back(made.asked.client);
            if (holds_.size() > 60) holds_.pop_front();
        } else if (dice < 82) {
            made.doing = Doing::settle;
            const int hold =
                holds_.empty() || below(20) == 0
                    ? recent_client()
                    : holds_[static_cast<std::size_t>(below(static_cast<int>(holds_.size())))];
            auto& settled = made.settled;
            settled = {
                .client = any_client(), .content = {}, .effective = any_date(), .hold = hold};
            settled.capture = below(3) > 0;
            if (settled.capture && below(2) == 0) settled.part = below(150);
            settled.unit = below(8) == 0 ? "voucher/model" : "CNY";
            settled.keep = below(2) == 0;
            settled.content = std::to_string(hold) + (settled.capture ? "c" : "r") +
                              std::to_string(settled.part.value_or(-1)) + settled.unit +
                              std::to_string(settled.effective) + (settled.keep ? "k" : "");
        } else if (dice < 87) {
            made.doing = Doing::linked;
            const int count = 1 + below(4);
            for (int i = 0; i < count; ++i) made.linked.push_back(any_entry(false));
        } else if (dice < 92) {
            made.doing = Doing::reverse;
            made.target = recent_client();
            made.asked = {.client = any_client(),
                          .content = "reverse " + std::to_string(made.target),
                          .effective = any_date()};
        } else if (dice < 95) {
            made.doing = Doing::refuse;
            made.asked = any_entry(false);
        } else if (dice < 98) {
            made.doing = Doing::terms;
            made.target = 4 + below(many_accounts - 3);
            made.terms = any_terms();
            if (below(8) == 0) made.terms.flags = Flag::closed;
        } else {
            made.doing = Doing::expire;
        }
        return made;
    }

    /// Does some operations in one group of the book, and to the model one after another.
    void run_batch(int count)
    {
        std::vector<Operation> batch;
        for (int i = 0; i < count; ++i) {
            // Sometimes word for word what was asked before.
            if (!asked_.empty() && below(15) == 0) {
                batch.push_back(
                    asked_[static_cast<std::size_t>(below(static_cast<int>(asked_.size())))]);
                if (batch.back().doing == Doing::refuse && !batch.back().asked.expires) {
                    batch.back().doing = Doing::post;
                }
            } else {
                batch.push_back(any_operation());
            }
            auto& end = batch.back().end;
            const int dice = below(60);
            end = dice == 0   ? Operation::End::refused
                  : dice == 1 ? Operation::End::failed
                              : Operation::End::good;
            asked_.push_back(batch.back());
            if (asked_.size() > 400) asked_.pop_front();
        }
        std::vector<std::string> got(batch.size());
        std::vector<std::promise<void>> answered(batch.size());
        for (std::size_t i = 0; i < batch.size(); ++i) {
            test_.book_->submit(
                [&, i](Transaction& tx) -> base::Result<void> {
                    remember_ = batch[i].end == Operation::End::good;
                    got[i] = do_really(tx, batch[i]);
                    if (batch[i].end == Operation::End::refused) {
                        return base::rejected("test.undone", "");
                    }
                    if (batch[i].end == Operation::End::failed) {
                        throw platform::sql::Failure("a disk that is full, for a test");
                    }
                    return {};
                },
                [&, i](const base::Result<void>&) { answered[i].set_value(); });
        }
        for (auto& one : answered) one.get_future().wait();
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const auto mark = model_.begin();
            const std::string want = do_naively(batch[i]);
            if (batch[i].end == Operation::End::good) {
                model_.end();
            } else {
                model_.undo(mark);
            }
            ASSERT_EQ(got[i], want)
                << "operation " << operation_ << " of kind " << static_cast<int>(batch[i].doing);
            ++answers_[want.substr(0, want.find(' '))];
            ++operation_;
        }
        if (below(40) == 0) compare_accounts();
    }

    std::string do_naively(const Operation& operation)
    {
        const auto& asked = operation.asked;
        switch (operation.doing) {
            case Doing::post:
            case Doing::reserve:
                return model_.post(asked);
            case Doing::linked:
                return model_.post_linked(operation.linked);
            case Doing::settle:
                return model_.settle(operation.settled);
            case Doing::reverse:
                return model_.reverse(asked.client, asked.content, asked.effective,
                                      operation.target);
            case Doing::refuse:
                return model_.refuse(asked.client, asked.content, "test.no");
            case Doing::terms:
                return model_.change_terms(operation.target, operation.terms);
            default:
                return std::to_string(model_.expire_holds(5));
        }
    }

    static ClientId client_of(int client)
    {
        return client < 0 ? ClientId{} : client_id({"model", std::to_string(client)});
    }

    AccountId id_of(int account) const
    {
        return account < many_accounts ? ids_[static_cast<std::size_t>(account)] : AccountId{12345};
    }

    EntryId entry_of(int client) const
    {
        const auto it = entries_.find(client);
        return it == entries_.end() ? EntryId{77} : it->second;
    }

    std::string said(const base::Result<Posted>& posted, int client)
    {
        if (!posted) return std::string{posted.error().reason};
        if (remember_) entries_[client] = posted.value().id;
        return (posted.value().repeated ? "again " : "done ") +
               std::to_string(posted.value().amount);
    }

    std::string do_really(Transaction& tx, const Operation& operation)
    {
        Ledger& ledger = *test_.ledger_;
        const auto& asked = operation.asked;
        const auto legs_of = [this](const NaiveLedger::Asked& from) {
            std::vector<Leg> legs;
            for (const auto& leg : from.legs) {
                legs.push_back({id_of(leg.account),
                                leg.side,
                                {leg.amount, unit_of(leg.unit)},
                                leg.counted ? Counting::counted : Counting::uncounted});
            }
            return legs;
        };
        const auto entry_from = [](const NaiveLedger::Asked& from, std::span<const Leg> legs) {
            return Entry{.client = client_of(from.client),
                         .content = ledger::content_of({from.content}),
                         .kind = "model",
                         .effective = {from.effective},
                         .legs = legs,
                         .clamp = from.clamp};
        };
        switch (operation.doing) {
            case Doing::post:
                return said(ledger.post(tx, entry_from(asked, legs_of(asked))), asked.client);
            case Doing::reserve:
                return said(ledger.reserve(tx, entry_from(asked, legs_of(asked)), {*asked.expires}),
                            asked.client);
            case Doing::linked: {
                std::vector<std::vector<Leg>> legs;
                for (const auto& one : operation.linked) legs.push_back(legs_of(one));
                std::vector<Entry> entries;
                for (std::size_t i = 0; i < legs.size(); ++i) {
                    entries.push_back(entry_from(operation.linked[i], legs[i]));
                }
                const auto posted = ledger.post_linked(tx, entries);
                if (!posted) return std::string{posted.error().reason};
                for (std::size_t i = 0; remember_ && i < legs.size(); ++i) {
                    entries_[operation.linked[i].client] = posted.value()[i].id;
                }
                return "done";
            }
            case Doing::settle: {
                const auto& settled = operation.settled;
                const Ledger::Settlement settlement{
                    .client = client_of(settled.client),
                    .content = ledger::content_of({settled.content}),
                    .effective = {settled.effective},
                    .hold = entry_of(settled.hold)};
                std::optional<base::Money> part;
                if (settled.part) part = base::Money{*settled.part, unit_of(settled.unit)};
                return said(settled.capture ? ledger.capture(tx, settlement, part,
                                                             settled.keep ? Ledger::Rest::kept
                                                                          : Ledger::Rest::freed)
                                            : ledger.release(tx, settlement),
                            settled.client);
            }
            case Doing::reverse:
                return said(ledger.reverse(tx, {.client = client_of(asked.client),
                                                .content = ledger::content_of({asked.content}),
                                                .effective = {asked.effective},
                                                .entry = entry_of(operation.target)}),
                            asked.client);
            case Doing::refuse: {
                const auto recorded = ledger.record_refusal(
                    tx, client_of(asked.client), ledger::content_of({asked.content}), "model",
                    {asked.effective}, base::rejected("test.no", "not today"));
                return recorded ? "done" : std::string{recorded.error().reason};
            }
            case Doing::terms: {
                const auto changed =
                    ledger.change_terms(tx, id_of(operation.target), operation.terms);
                return changed ? "done" : std::string{changed.error().reason};
            }
            default:
                return std::to_string(
                    ledger.expire_holds(tx, base::local_date(tx.now(), 0), 5).value());
        }
    }

    void compare_accounts()
    {
        std::uint64_t newest = 0;
        for (int i = 0; i < many_accounts; ++i) {
            const auto& want = model_.accounts[static_cast<std::size_t>(i)];
            const Account got = test_.account(id_of(i));
            const Counters counters{want.debits, want.credits, want.held_debits, want.held_credits};
            ASSERT_EQ(got.counters, counters) << "account " << i << ", operation " << operation_;
            ASSERT_EQ(got.terms, want.terms);
            ASSERT_EQ(got.sequence, want.movements);
            newest = std::max(newest, got.last.value);
        }
        // Numbers have no gaps: none is burnt by what was refused or undone.
        ASSERT_LE(newest & ((std::uint64_t{1} << entry_number_bits) - 1),
                  static_cast<std::uint64_t>(model_.entries));
        const auto report = test_.book_->read([](Snapshot& snapshot) {
            auto row = snapshot.query("select count(*) from ledger_journal");
            row.next();
            return row.integer(0);
        });
        ASSERT_EQ(report, model_.entries);
    }

    std::mt19937_64 random_;
    TestLedger test_;
    NaiveLedger model_;
    std::vector<AccountId> ids_;
    std::map<int, EntryId> entries_;
    bool remember_ = true;  // What is being done will stay.
    std::deque<int> holds_;
    std::deque<Operation> asked_;
    int newest_client_ = 0;
    int operation_ = 0;
    std::map<std::string, int> answers_;
};

TEST(Histories, AgreeWithANaiveModelAcrossSweepsRollbacksAndRestarts)
{
    const bool soak = std::getenv("YUNGUI_SOAK") != nullptr;
    const char* const chosen = std::getenv("YUNGUI_SEED");
    const int operations = soak ? 250'000 : 6'000;
    std::map<std::string, int> answers;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const std::uint64_t used =
            chosen != nullptr ? std::strtoull(chosen, nullptr, 10) + seed : 20261122 + 37 * seed;
        Histories histories{used};
        const int moved = histories.run(operations);
        std::printf("seed %llu: %d operations, %d entries\n", static_cast<unsigned long long>(used),
                    operations, moved);
        for (const auto& [words, count] : histories.answers()) answers[words] += count;
        ASSERT_FALSE(HasFailure()) << "seed " << used;
    }
    for (const char* const reason : {"done",
                                     "again",
                                     "ledger.client_id_missing",
                                     "ledger.client_id_reused",
                                     "ledger.malformed_entry",
                                     "ledger.empty_entry",
                                     "ledger.amount_not_positive",
                                     "ledger.account_twice",
                                     "ledger.account_unknown",
                                     "ledger.unit_mismatch",
                                     "ledger.expiry_in_the_past",
                                     "ledger.unbalanced",
                                     "ledger.account_closed",
                                     "ledger.debits_blocked",
                                     "ledger.credits_blocked",
                                     "ledger.nothing_to_move",
                                     "ledger.overflow",
                                     "ledger.debits_exceed_credits",
                                     "ledger.credits_exceed_debits",
                                     "ledger.debits_day_limit",
                                     "ledger.debits_year_limit",
                                     "ledger.credits_day_limit",
                                     "ledger.credits_year_limit",
                                     "ledger.balance_limit",
                                     "ledger.hold_unknown",
                                     "ledger.hold_over",
                                     "ledger.hold_expired",
                                     "ledger.exceeds_hold",
                                     "ledger.entry_unknown",
                                     "ledger.not_reversible",
                                     "ledger.already_reversed",
                                     "ledger.terms_invalid",
                                     "ledger.account_not_empty",
                                     "test.no"}) {
        EXPECT_GT(answers[reason], 0) << reason << " was never the answer";
    }
}

}  // namespace
}  // namespace bank::ledger
