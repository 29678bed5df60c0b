// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/catalog.h>
#include <bank/proposal/proposals.h>

namespace bank::release {

using ReleaseId = proposal::ProposalId;

/// A release that somebody proposed, or did alone.
struct ProposedRelease {
    catalog::Release release;  // Its version is the one that it is about.
    proposal::Proposal proposal;
    bool overtaken = false;  // It waits, and what it was judged against is no longer so.
};

/// Releases by two people. Any thread.
class Releases {
public:
    /// What a caller records in the unit of work that writes it.
    using Also = std::function<void(platform::sql::Transaction&, const ProposedRelease&)>;

    Releases(platform::sql::Book& house, catalog::Catalog& catalog);

    /// `by`: logins, here and below. Errors: those of catalog::Catalog::could and
    /// proposal::propose; service.on_offer_already.
    base::Result<ProposedRelease> propose(const std::string& by, const catalog::Release& release,
                                          const std::string& reason, const Also& also);

    /// Keeps files as a version for nobody, and proposes to put it on offer or, with `trial`, on
    /// trial. Errors: those of proposal::propose; what is wrong with the files is a finding.
    base::Result<catalog::Reloaded> deploy(const std::string& by, const std::string& code,
                                           std::map<std::string, std::string> files,
                                           const std::optional<catalog::Trial>& trial,
                                           const std::string& reason, const Also& also);

    /// Reads the bank's folder again and proposes what it says that is new.
    catalog::Reloaded reload(const std::string& by, const std::string& reason, const Also& also);

    /// Rolls back or ends a trial at once; another person confirms afterwards. What waits for the
    /// service is overtaken. Errors: those of `propose`; release.not_alone (another act).
    base::Result<ProposedRelease> do_alone(const std::string& by, const catalog::Release& release,
                                           const std::string& reason, const Also& also);

    /// Confirmed, it is carried out. Errors: those of catalog::Catalog::carry_out and
    /// proposal::decide (unknown also where it is of another service).
    base::Result<ProposedRelease> decide(const std::string& service, ReleaseId id,
                                         const proposal::Decision& decision, const Also& also);

    /// The latest 100, of one service where it is not empty; the latest first.
    std::vector<ProposedRelease> latest(const std::string& service) const;

private:
    ProposedRelease shown(proposal::Proposal kept) const;
    base::Result<ProposedRelease> keep(platform::sql::Transaction& transaction,
                                       const std::string& by, const catalog::Release& release,
                                       const std::string& reason, const Also& also) const;

    platform::sql::Book& house_;
    catalog::Catalog& catalog_;
};

}  // namespace bank::release
