// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/risk/sanctions.h>

#include <bank/ledger/ids.h>
#include <base/money.h>
#include <base/result.h>
#include <platform/sql/book.h>

#include <memory>
#include <string>
#include <vector>

namespace bank::risk {

std::span<const platform::sql::Migration> migrations();

enum class Verdict : std::uint8_t { pass, step_up, block };
std::string_view to_string(Verdict verdict);

/// At most `count` payments or `minor_units` together from one account within `seconds`; beyond it,
/// `verdict` with `reason` (interned).
struct VelocityRule {
    std::int64_t seconds;
    std::int64_t count;
    std::int64_t minor_units;
    Verdict verdict;
    std::string_view reason;
};

struct Rules {
    std::string version;
    std::vector<VelocityRule> velocity;  // At most 8; seconds at most 86,400.
};

/// A payment before it is made.
struct Question {
    ledger::AccountId from;
    ledger::AccountId to;
    base::Money amount;
    std::string_view payer_name;  // To be screened; not stored. Empty where not known.
    std::string_view payee_name;
};

/// A judgement with all that it rests on, so that it can be replayed.
struct Decision {
    Verdict verdict = Verdict::pass;
    std::vector<std::string_view> reasons;  // Ranked, the gravest first; literals or interned.
    std::string version;                    // Rules and list.
    std::vector<std::string> hits;          // Ids of listed parties.
};

/// Judges each payment while it is made. One object per book.
class Judge {
public:
    /// Reads the last day's payments. `list` outlives the judge.
    Judge(platform::sql::Book& book, Rules rules, const SanctionsList& list);
    ~Judge();

    /// The slow part, on a worker: names. Reasons: risk.sanctioned (certain or likely: block),
    /// risk.sanctions_review (possible: block until a person has looked).
    Decision screen(const Question& question) const;

    /// The part that needs the present state, in the unit of work: velocity. Adds to `decision`,
    /// stores it with its inputs, and counts the payment where the verdict is pass, or is step_up
    /// and `stepped_up`. Returns the id under which the decision is kept.
    std::uint64_t decide(platform::sql::Transaction& transaction, const Question& question,
                         bool stepped_up, Decision& decision);

private:
    class Velocity;
    const Rules rules_;
    const SanctionsList& list_;
    std::unique_ptr<Velocity> velocity_;
};

}  // namespace bank::risk
