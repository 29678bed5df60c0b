// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/account/accounts.h>
#include <platform/crypto/hash.h>
#include <platform/json/value.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bank::letter {

using customer::CustomerId;
using LetterId = base::Id<struct LetterTag>;

std::span<const platform::sql::Migration> migrations();

/// `declined`: the bank does not answer it, for good.
enum class LetterState : std::uint8_t { waiting, consented, answered, declined };
std::string_view to_string(LetterState state);

/// A confirmation letter and, once it is answered, its answer.
struct Letter {
    LetterId id;
    std::string firm;    // Code of the partner.
    std::string number;  // The firm's own.
    CustomerId company;
    base::Date as_of;
    LetterState state = LetterState::waiting;
    base::Instant asked_at;
    std::optional<base::Instant> answered_at = {};
    platform::json::Value figures = {};  // [{account, currency, balance}], as answered.
    std::string reason = {};             // Why it was declined: "letter.doubtful" …
};

/// Lets `person` speak for `company`; again: nothing.
void authorise(platform::sql::Transaction& transaction, CustomerId company, CustomerId person);
std::vector<CustomerId> agents_of(platform::sql::Snapshot& snapshot, CustomerId company);

struct Request {
    std::string firm;
    std::string number;  // 1 to 60 of letters, digits and '-', '/', '.'.
    CustomerId company;
    base::Date as_of;
};
struct Asked {
    Letter letter;
    bool fresh = false;  // Not asked before.
};
/// Takes a letter; the same again: what stands. Errors: letter.number_malformed,
/// letter.number_reused (for another company or day), letter.day_ahead (after `today`),
/// letter.nobody_authorised.
base::Result<Asked> ask(platform::sql::Transaction& transaction, const Request& request,
                        base::Date today);

/// Errors: letter.unknown.
base::Result<Letter> find(platform::sql::Snapshot& snapshot, LetterId id);
/// Neither answered nor declined, of companies that the person may speak for; oldest first.
std::vector<Letter> open_for(platform::sql::Snapshot& snapshot, CustomerId person);

/// What the ledger holds of the company's accounts at the end of the day, those opened later left
/// out: [{account, currency, balance}]. Errors: those of ledger::statement.
base::Result<platform::json::Value> figures(platform::sql::Snapshot& snapshot,
                                            account::Accounts& accounts, const Letter& letter);

/// The company agrees. Errors: letter.unknown (also for who may not speak for it), letter.answered,
/// letter.declined.
base::Result<Letter> consent(platform::sql::Transaction& transaction, CustomerId person,
                             LetterId id);
/// Answers, once: again, the same answer. Errors: letter.unknown, letter.no_consent,
/// letter.declined, those of figures.
base::Result<Letter> answer(platform::sql::Transaction& transaction, account::Accounts& accounts,
                            LetterId id);

/// The bank does not answer, for good; again: what stands. The firm reads it when it asks again.
/// Errors: letter.unknown, letter.answered, letter.reason_missing.
base::Result<Letter> decline(platform::sql::Transaction& transaction, LetterId id,
                             std::string_view reason);

/// "H20261231-0ABCDEFGHJKMN": the day and the id.
std::string number_of(const Letter& letter);
/// Stands for every fact of the answer, under the bank's key for receipts.
std::string code_of(const platform::crypto::Hmac& key, const Letter& letter);
/// The answered letter with that number of the bank's and code; none where there is none.
std::optional<Letter> genuine(platform::sql::Snapshot& snapshot, const platform::crypto::Hmac& key,
                              std::string_view number, std::string_view code);

}  // namespace bank::letter
