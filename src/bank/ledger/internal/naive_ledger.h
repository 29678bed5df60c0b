// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/account.h>
#include <bank/ledger/entry.h>

#include <array>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace bank::ledger {

/// The ledger as an accountant would do it on paper, for tests: written from the rules in ledger.h
/// and README.md, with sums and maps, and with nothing of the ledger's own code. Accounts are
/// numbers from 0, ids are numbers of clients, answers are words: "done AMOUNT", "again AMOUNT" or
/// a reason.
class NaiveLedger {
public:
    __extension__ using Wide = __int128;

    struct NaiveLeg {
        int account;
        Side side;
        std::int64_t amount;
        bool counted;
        std::string unit;
    };
    struct Asked {
        int client = -1;      // None.
        std::string content;  // All that was asked.
        int effective = 0;    // Days since 1970.
        std::vector<NaiveLeg> legs = {};
        Clamp clamp = Clamp::none;
        std::optional<std::int64_t> expires = {};  // A reservation.
    };
    struct Settled {
        int client = -1;
        std::string content;
        int effective = 0;
        int hold = -1;  // The client that asked for it.
        bool capture = false;
        std::optional<std::int64_t> part = {};
        std::string unit = {};
        bool keep = false;
    };
    struct Kept {
        std::string unit;
        Terms terms;
        std::int64_t debits = 0, credits = 0, held_debits = 0, held_credits = 0;
        int latest = 0;  // The latest business date that something was counted on.
        std::map<int, std::array<Wide, 2>> counted = {};  // By day: debits, credits.
        std::int64_t movements = 0;
    };

    std::int64_t now = 0;  // Microseconds.
    std::vector<Kept> accounts;
    int entries = 0;  // The number of the newest.

    std::string post(const Asked& asked)
    {
        if (asked.client < 0) return "ledger.client_id_missing";
        if (const auto before = known(asked.client, asked.content)) return *before;
        if (!dated_well(asked.effective)) return "ledger.malformed_entry";
        if (asked.clamp != Clamp::none && asked.legs.size() != 2) return "ledger.malformed_entry";
        if (asked.legs.empty()) return "ledger.empty_entry";
        std::set<int> seen;
        for (const auto& leg : asked.legs) {
            if (leg.amount <= 0) return "ledger.amount_not_positive";
        }
        for (const auto& leg : asked.legs) {
            if (!seen.insert(leg.account).second) return "ledger.account_twice";
        }
        for (const auto& leg : asked.legs) {
            if (leg.account >= static_cast<int>(accounts.size())) return "ledger.account_unknown";
        }
        for (const auto& leg : asked.legs) {
            if (of(leg.account).unit != leg.unit) return "ledger.unit_mismatch";
        }
        if (asked.expires && *asked.expires <= now) return "ledger.expiry_in_the_past";
        std::map<std::string, Wide> sums;
        std::vector<Moved> legs;
        for (const auto& leg : asked.legs) {
            sums[leg.unit] += leg.side == Side::debit ? Wide{leg.amount} : -Wide{leg.amount};
            legs.push_back({leg.account, leg.side, leg.counted, asked.expires ? 0 : leg.amount,
                            asked.expires ? leg.amount : 0});
        }
        for (const auto& [unit, sum] : sums) {
            if (sum != 0) return "ledger.unbalanced";
        }
        if (auto why = move(legs, asked.effective, true, asked.clamp); !why.empty()) return why;
        return done(asked.client, asked.content,
                    {entries, std::move(legs), asked.effective, asked.expires.value_or(0),
                     asked.expires.has_value()});
    }

    std::string post_linked(const std::vector<Asked>& all)
    {
        const auto mark = begin();
        for (const Asked& asked : all) {
            const auto words = post(asked);
            if (words.starts_with("done") || words.starts_with("again")) continue;
            undo(mark);
            return words;
        }
        end();
        return "done";
    }

    std::string settle(const Settled& settled)
    {
        if (settled.client < 0) return "ledger.client_id_missing";
        if (const auto before = known(settled.client, settled.content)) return *before;
        if (!dated_well(settled.effective)) return "ledger.malformed_entry";
        const auto it = done_.find(settled.hold);
        if (it == done_.end() || !it->second.hold) return "ledger.hold_unknown";
        const Done hold = it->second;
        if (hold.over) return "ledger.hold_over";
        if (settled.capture && hold.expires <= now) return "ledger.hold_expired";
        if (settled.part) {
            if (*settled.part <= 0) return "ledger.amount_not_positive";
            if (of(hold.legs[0].account).unit != settled.unit) return "ledger.unit_mismatch";
            if (hold.legs.size() != 2 || *settled.part > hold.legs[0].pending) {
                return "ledger.exceeds_hold";
            }
        }
        auto legs = hold.legs;
        Done after = hold;
        for (std::size_t i = 0; i < legs.size(); ++i) {
            const std::int64_t left = legs[i].pending;
            const std::int64_t taken = settled.part && settled.keep ? *settled.part : left;
            legs[i].posted = settled.capture ? settled.part.value_or(left) : 0;
            legs[i].pending = -taken;
            after.legs[i].pending = left - taken;
            after.over = after.legs[i].pending == 0;
        }
        if (auto why = move(legs, hold.effective, false, Clamp::none); !why.empty()) return why;
        put(done_, settled.hold, after);
        if (after.over) set_open(settled.hold, false);
        return done(settled.client, settled.content,
                    {entries, std::move(legs), settled.effective, 0, false});
    }

    std::string reverse(int client, const std::string& content, int effective, int wrong)
    {
        if (client < 0) return "ledger.client_id_missing";
        if (const auto before = known(client, content)) return *before;
        if (!dated_well(effective)) return "ledger.malformed_entry";
        const auto it = done_.find(wrong);
        if (it == done_.end()) return "ledger.entry_unknown";
        Done entry = it->second;
        if (entry.legs.empty() || entry.legs[0].posted == 0) return "ledger.not_reversible";
        if (entry.reversed) return "ledger.already_reversed";
        auto legs = entry.legs;
        for (Moved& leg : legs) {
            leg.side = leg.side == Side::debit ? Side::credit : Side::debit;
            leg.counted = false;
            leg.pending = 0;
        }
        if (auto why = move(legs, effective, true, Clamp::none); !why.empty()) return why;
        entry.reversed = true;
        put(done_, wrong, entry);
        return done(client, content, {entries, std::move(legs), effective, 0, false});
    }

    std::string refuse(int client, const std::string& content, const std::string& reason)
    {
        if (client < 0) return "ledger.client_id_missing";
        if (const auto before = known(client, content)) {
            return *before == "ledger.client_id_reused" ? *before : "done";
        }
        set(entries, entries + 1);
        put(answers_, client, Answer{content, reason});
        return "done";
    }

    std::string change_terms(int account, const Terms& terms)
    {
        if (terms.balance_limit && *terms.balance_limit < 0) return "ledger.terms_invalid";
        if (account >= static_cast<int>(accounts.size())) return "ledger.account_unknown";
        Kept kept = of(account);
        if (has(terms.flags, Flag::closed) &&
            (kept.debits != kept.credits || kept.held_debits != 0 || kept.held_credits != 0)) {
            return "ledger.account_not_empty";
        }
        kept.terms = terms;
        set(of(account), kept);
        return "done";
    }

    int expire_holds(int at_most)
    {
        std::map<std::pair<std::int64_t, int>, int> late;
        for (const int client : open_) {
            const Done& entry = done_.at(client);
            if (entry.expires <= now) late[{entry.expires, entry.number}] = client;
        }
        int released = 0;
        for (const auto& [when, client] : late) {
            if (released == at_most) break;
            Done entry = done_.at(client);
            auto legs = entry.legs;
            for (Moved& leg : legs) leg.pending = -leg.pending;
            (void)move(legs, entry.effective, false, Clamp::none);
            entry.over = true;
            put(done_, client, entry);
            set_open(client, false);
            ++released;
        }
        return released;
    }

    /// What is done after `begin` can be undone until `end`.
    std::size_t begin()
    {
        ++depth_;
        return undo_.size();
    }
    void undo(std::size_t mark)
    {
        for (; undo_.size() > mark; undo_.pop_back()) undo_.back()();
        end();
    }
    void end()
    {
        if (--depth_ == 0) undo_.clear();
    }

private:
    struct Moved {
        int account;
        Side side;
        bool counted;
        std::int64_t posted;
        std::int64_t pending;
    };
    struct Done {
        int number;
        std::vector<Moved> legs;  // Of a hold, what is left is `pending`.
        int effective;
        std::int64_t expires;
        bool hold;
        bool over = false;
        bool reversed = false;
    };
    struct Answer {
        std::string content;
        std::string words;
    };

    Kept& of(int account) { return accounts[static_cast<std::size_t>(account)]; }

    template <class T>
    void set(T& place, T value)
    {
        if (depth_ > 0) undo_.push_back([&place, old = place] { place = old; });
        place = std::move(value);
    }
    template <class Value>
    void put(std::map<int, Value>& map, int key, Value value)
    {
        if (depth_ > 0) {
            const auto it = map.find(key);
            if (it == map.end()) {
                undo_.push_back([&map, key] { map.erase(key); });
            } else {
                undo_.push_back([&map, key, old = it->second] { map.insert_or_assign(key, old); });
            }
        }
        map.insert_or_assign(key, std::move(value));
    }

    void set_open(int hold, bool open)
    {
        if (depth_ > 0) undo_.push_back([this, hold, open] { flip(hold, !open); });
        flip(hold, open);
    }
    void flip(int hold, bool open)
    {
        if (open) {
            open_.insert(hold);
        } else {
            open_.erase(hold);
        }
    }

    std::optional<std::string> known(int client, const std::string& content) const
    {
        const auto it = answers_.find(client);
        if (it == answers_.end()) return std::nullopt;
        if (it->second.content != content) return "ledger.client_id_reused";
        const auto& words = it->second.words;
        return words.starts_with("done") ? "again" + words.substr(4) : words;
    }

    bool dated_well(int effective) const
    {
        const auto today = static_cast<int>(now / 86'400'000'000);
        return std::abs(effective - today) <= 31;
    }

    std::string done(int client, const std::string& content, Done entry)
    {
        const Moved& first = entry.legs[0];
        const auto amount = first.posted != 0 ? first.posted : std::abs(first.pending);
        auto words = "done " + std::to_string(amount);
        if (entry.hold) set_open(client, true);
        put(done_, client, std::move(entry));
        put(answers_, client, Answer{content, words});
        return words;
    }

    static int year_of(int day) { return base::civil({day}).year; }

    static Wide sum(const Kept& kept, Side side, bool of_the_year)
    {
        Wide total = 0;
        for (const auto& [day, sums] : kept.counted) {
            if (of_the_year ? year_of(day) == year_of(kept.latest) : day == kept.latest) {
                total += sums[side == Side::debit ? 0 : 1];
            }
        }
        return total;
    }

    /// Moves the legs, or says which rule they break.
    std::string move(std::vector<Moved>& legs, int counted_on, bool limited, Clamp clamp)
    {
        const auto flags = [&](const Moved& leg) { return of(leg.account).terms.flags; };
        if (limited) {
            for (const Moved& leg : legs) {
                if (has(flags(leg), Flag::closed)) return "ledger.account_closed";
            }
            for (const Moved& leg : legs) {
                if (leg.side == Side::debit && has(flags(leg), Flag::debits_blocked)) {
                    return "ledger.debits_blocked";
                }
            }
            for (const Moved& leg : legs) {
                if (leg.side == Side::credit && has(flags(leg), Flag::credits_blocked)) {
                    return "ledger.credits_blocked";
                }
            }
        }
        if (clamp != Clamp::none) {
            Wide most = legs[0].posted + legs[0].pending;
            for (const Moved& leg : legs) {
                const Kept& kept = of(leg.account);
                if (leg.side == Side::debit && clamp != Clamp::credit) {
                    most = std::min(most, Wide{kept.credits} - kept.debits - kept.held_debits);
                }
                if (leg.side == Side::credit && clamp != Clamp::debit) {
                    most = std::min(most, Wide{kept.debits} - kept.credits - kept.held_credits);
                }
            }
            if (most <= 0) return "ledger.nothing_to_move";
            for (Moved& leg : legs) {
                (leg.posted != 0 ? leg.posted : leg.pending) = static_cast<std::int64_t>(most);
            }
        }
        std::vector<Kept> after;
        for (const Moved& leg : legs) {
            after.push_back(of(leg.account));
            if (!moved(after.back(), leg, counted_on)) return "ledger.overflow";
        }
        for (int rule = 16; limited && rule <= 22; ++rule) {
            for (std::size_t i = 0; i < legs.size(); ++i) {
                if (const char* why = broken(rule, legs[i], after[i])) return why;
            }
        }
        for (std::size_t i = 0; i < legs.size(); ++i) set(of(legs[i].account), after[i]);
        set(entries, entries + 1);
        return {};
    }

    static bool moved(Kept& kept, const Moved& leg, int day)
    {
        const bool debit = leg.side == Side::debit;
        const Wide posted = Wide{debit ? kept.debits : kept.credits} + leg.posted;
        const Wide held = Wide{debit ? kept.held_debits : kept.held_credits} + leg.pending;
        constexpr Wide most = std::numeric_limits<std::int64_t>::max();
        if (posted > most || held > most || posted + held > most) return false;
        (debit ? kept.debits : kept.credits) = static_cast<std::int64_t>(posted);
        (debit ? kept.held_debits : kept.held_credits) = static_cast<std::int64_t>(held);
        ++kept.movements;
        if (!leg.counted) return true;
        const Wide amount = Wide{leg.posted} + leg.pending;
        if (amount >= 0) {
            kept.latest = std::max(kept.latest, day);
            day = kept.latest;
        }
        kept.counted[day][debit ? 0 : 1] += amount;
        // What counted in years past is of no more use.
        while (year_of(kept.counted.begin()->first) < year_of(kept.latest)) {
            kept.counted.erase(kept.counted.begin());
        }
        return sum(kept, leg.side, false) <= most && sum(kept, leg.side, true) <= most;
    }

    static const char* broken(int rule, const Moved& leg, const Kept& after)
    {
        const Terms& terms = after.terms;
        const bool debit = leg.side == Side::debit;
        const auto over = [&](const std::optional<std::int64_t>& limit, bool year) {
            return leg.counted && limit && sum(after, leg.side, year) > *limit;
        };
        const Wide out = Wide{after.debits} + (debit ? after.held_debits : 0);
        const Wide in = Wide{after.credits} + (debit ? 0 : after.held_credits);
        switch (rule) {
            case 16:
                return debit && has(terms.flags, Flag::debits_must_not_exceed_credits) && out > in
                           ? "ledger.debits_exceed_credits"
                           : nullptr;
            case 17:
                return !debit && has(terms.flags, Flag::credits_must_not_exceed_debits) && in > out
                           ? "ledger.credits_exceed_debits"
                           : nullptr;
            case 18:
                return debit && over(terms.debits_day_limit, false) ? "ledger.debits_day_limit"
                                                                    : nullptr;
            case 19:
                return debit && over(terms.debits_year_limit, true) ? "ledger.debits_year_limit"
                                                                    : nullptr;
            case 20:
                return !debit && over(terms.credits_day_limit, false) ? "ledger.credits_day_limit"
                                                                      : nullptr;
            case 21:
                return !debit && over(terms.credits_year_limit, true) ? "ledger.credits_year_limit"
                                                                      : nullptr;
            default:
                return !debit && terms.balance_limit && in - out > *terms.balance_limit
                           ? "ledger.balance_limit"
                           : nullptr;
        }
    }

    std::map<int, Answer> answers_;
    std::map<int, Done> done_;  // By client; expiries have none.
    std::set<int> open_;        // Holds that are not over, by client.
    int depth_ = 0;
    std::vector<std::function<void()>> undo_;
};

}  // namespace bank::ledger
