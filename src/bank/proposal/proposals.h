// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/book.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bank::proposal {

/// The table of this module, in the house book.
std::span<const platform::sql::Migration> migrations();

using ProposalId = base::Id<struct ProposalTag>;

enum class State : std::uint8_t {
    proposed,
    confirmed,
    refused,    // Or taken back by who proposed it.
    overtaken,  // What it was judged against is no longer so.
};
std::string_view to_string(State state);

/// Something that one person wants and another confirms.
struct Proposal {
    ProposalId id = {};
    std::string kind = {};     // What is proposed: "staff.post".
    std::string subject = {};  // Of whom or what; one proposal of a kind waits for each.
    std::string before = {};   // How things were when it was proposed; in the kind's own form.
    std::string after = {};    // How they are to be.
    std::string note = {};     // What the kind keeps with the decision.
    std::string reason = {};
    bool alone = false;  // Done at once by one person; another confirms afterwards.
    State state = State::proposed;
    std::string proposed_by = {};  // Logins.
    base::Instant proposed_at = {};
    std::string decided_by = {};
    std::optional<base::Instant> decided_at = {};
    std::string comment = {};  // Of who decided.
};

struct Decision {
    std::string by;
    bool confirm = false;
    std::string comment = {};
    std::string note = {};
};

/// Writes what `wish` says (kind to alone, proposed_by). Errors: proposal.reason_missing,
/// proposal.open (one of that kind waits for the subject).
base::Result<Proposal> propose(platform::sql::Transaction& transaction, Proposal wish);

/// A proposal of `kind` that may still be decided by `by`, in that way. Errors: proposal.unknown,
/// proposal.decided, proposal.same_person (it is his own and he confirms it),
/// proposal.reason_missing (he refuses a colleague's without a comment; his own he takes back).
base::Result<Proposal> decidable(platform::sql::Snapshot& snapshot, std::string_view kind,
                                 ProposalId id, const Decision& decision);

/// Decides it in the unit of work that also does what was proposed. Errors: those of `decidable`.
base::Result<Proposal> decide(platform::sql::Transaction& transaction, std::string_view kind,
                              ProposalId id, const Decision& decision);

/// Closes what waits for a subject and can no longer be confirmed, saying why.
void overtake(platform::sql::Transaction& transaction, std::string_view kind,
              std::string_view subject, std::string_view why);

std::optional<Proposal> find(platform::sql::Snapshot& snapshot, std::string_view kind,
                             ProposalId id);
/// What waits for a subject.
std::optional<Proposal> waiting(platform::sql::Snapshot& snapshot, std::string_view kind,
                                std::string_view subject);
/// The latest first; of one subject where it is not empty.
std::vector<Proposal> latest(platform::sql::Snapshot& snapshot, std::string_view kind,
                             std::string_view subject, int limit);
/// Those that were confirmed, in the order of their confirmation.
std::vector<Proposal> confirmed(platform::sql::Snapshot& snapshot, std::string_view kind);

/// Puts in a proposal as it stands, unless it is there already.
void keep(platform::sql::Transaction& transaction, const Proposal& proposal);

}  // namespace bank::proposal
