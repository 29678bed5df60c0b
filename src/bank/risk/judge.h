// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/risk/sanctions.h>

#include <bank/ledger/ids.h>
#include <base/money.h>
#include <base/result.h>
#include <platform/sql/book.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bank::risk {

std::span<const platform::sql::Migration> migrations();

enum class Verdict : std::uint8_t { pass, step_up, block };
std::string_view to_string(Verdict verdict);

/// At most `count` payments or `minor_units` together from one account within `seconds`; beyond it,
/// `verdict` with `reason` (interned). The time slides: what was paid in the span before counts by
/// the share of it that still lies within `seconds`.
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

/// How a payment comes. A line of a batch, which two people approved as a whole, is under no
/// velocity rule and counts towards none.
enum class Channel : std::uint8_t { single, batch };

/// A payment before it is made.
struct Question {
    ledger::AccountId from;
    ledger::AccountId to;
    base::Money amount;
    std::string_view payer_name;  // To be screened; not stored. Empty where not known.
    std::string_view payee_name;
    Channel channel = Channel::single;
};

/// A judgement with all that it rests on, so that it can be replayed.
struct Decision {
    Verdict verdict = Verdict::pass;
    std::vector<std::string_view> reasons;  // Ranked, the gravest first; literals or interned.
    std::string version;                    // Rules and list.
    std::vector<std::string> hits;          // Ids of listed parties.
};

/// Judges each payment while it is made. One object per book. Any thread, unless said otherwise.
class Judge {
public:
    /// Counts again what was paid within the longest rule's time. `list` outlives the judge.
    Judge(platform::sql::Book& book, Rules rules, const SanctionsList& list);
    ~Judge();

    /// The slow part: names. Reasons: risk.sanctioned (certain or likely: block),
    /// risk.sanctions_review (possible: block until a person has looked).
    Decision screen(const Question& question) const;

    /// Adds to `decision` what the payer's latest payments say; cheap, and asked again in the unit
    /// of work, so that payments at the same time see each other.
    void assess(const Question& question, base::Instant now, Decision& decision) const;

    /// Says that the group at work is about to judge payments of this account, so that memory is
    /// fetched for all of them together. Writer thread.
    void expect(ledger::AccountId from) const;

    /// Keeps the decision with its inputs, with the commit, and counts the payment where it was
    /// `paid`. Names are not kept.
    enum class Outcome { paid, refused };
    void record(platform::sql::Transaction& transaction, const Question& question,
                const Decision& decision, Outcome outcome);

private:
    class Velocity;
    class OpenPage;
    const Rules rules_;
    const SanctionsList& list_;
    std::unique_ptr<Velocity> velocity_;
    std::unique_ptr<OpenPage> page_;
};

/// A decision as it was kept.
struct Kept {
    base::Instant at = {};
    ledger::AccountId from = {};
    ledger::AccountId to = {};
    std::string unit = {};
    std::int64_t minor_units = 0;
    Verdict verdict = Verdict::pass;
    Judge::Outcome outcome = Judge::Outcome::refused;
    Channel channel = Channel::single;  // Of a payment; a refusal does not say.
    std::string version = {};
    std::string reasons = {};  // JSON arrays, or empty.
    std::string hits = {};
};

/// The decisions of `since` and later, oldest first.
void each_kept(platform::sql::Snapshot& snapshot, base::Instant since,
               const std::function<void(const Kept&)>& take);

}  // namespace bank::risk
