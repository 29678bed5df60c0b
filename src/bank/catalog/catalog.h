// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/bank.h>
#include <bank/catalog/service.h>
#include <platform/config/finding.h>
#include <platform/sql/book.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace bank::catalog {

/// The tables of this module, in the house book.
std::span<const platform::sql::Migration> migrations();

using Findings = std::vector<platform::config::Finding>;

/// Reads and checks everything in a bank's folder but its services. Nothing where `findings` gets
/// anything; every file is looked at, so that one run tells all.
std::shared_ptr<const Bank> load_bank(const std::filesystem::path& folder, Findings& findings);

/// Reads and compiles one service folder. `version` is not set. Nothing where anything is found.
ServicePtr load_service(const std::filesystem::path& bank_folder, const std::string& code,
                        const Bank& bank, Findings& findings);

/// A hit of the search, best first.
struct Hit {
    ServicePtr service;
    double score = 0;  // 0 to 1.
};

/// What a reload did.
struct Reloaded {
    std::vector<std::string> deployed;  // "name@version"
    std::vector<std::string> removed;
    Findings findings;       // Of services that stay as they were.
    Findings warnings = {};  // Of those that were deployed.
};

/// A version that only some get, while everybody else gets the one on offer.
struct Trial {
    int version = 0;
    std::vector<std::string> institutions = {};  // Codes; empty: all.
    int percent = 100;                           // Of the customers there, 1 to 100.
    base::Instant since = {};
};

/// What can be done about which version people get.
enum class Act : std::uint8_t {
    offer,      // A stored version to everybody; ends the trial.
    roll_back,  // The version that was on offer before.
    try_out,    // A stored version to some.
    end_trial,
    withdraw,  // A version is taken away for good; what runs on it goes on.
    remove,    // The service is offered no longer.
};
std::string_view to_string(Act act);
std::optional<Act> act_of(std::string_view text);

/// One such act.
struct Release {
    std::string service;
    Act act = Act::offer;
    int version = 0;   // Of offer, try_out and withdraw.
    Trial trial = {};  // Of try_out; its version is the one above.
};

/// Runs a service's scenario before it is deployed; findings refuse it.
using Gate = std::function<Findings(const ServicePtr&, const std::shared_ptr<const Bank>&)>;

/// Where whoever runs services finds them. Any thread.
class Services {
public:
    virtual ~Services() = default;
    virtual const Bank& bank() const = 0;
    /// The services on offer.
    virtual std::vector<ServicePtr> services() const = 0;
    /// The version on offer, or nullptr.
    virtual ServicePtr service(std::string_view code) const = 0;
    /// The version that a person gets at an institution: the one on trial where he is among those
    /// who try it, else the one on offer. The same person gets the same as long as the trial is not
    /// made smaller. Without an applicant (what starts by itself): on trial only where everybody of
    /// the institution is.
    virtual ServicePtr service_for(std::string_view code, std::string_view /*institution*/,
                                   std::string_view /*applicant*/) const
    {
        return service(code);
    }
    /// A version by "code@version", also one no longer on offer; nullptr where it never was.
    virtual ServicePtr version(std::string_view definition_name) const = 0;
};

/// The bank's folder, checked, and the versions of its services.
///
/// Versions are kept in the house book with all their files, so that what runs stays on what it was
/// started with, whatever happens to the folder. Any thread.
class Catalog final : public Services {
public:
    /// Loads the folder whole; where anything is wrong nothing is started and the findings say
    /// what.
    static std::unique_ptr<Catalog> open(const std::filesystem::path& folder,
                                         platform::sql::Book& house, Gate gate, Findings& findings);

    ~Catalog() override;

    const Bank& bank() const override { return *bank_; }

    /// What a caller writes in the unit of work of the house book that takes effect, told the
    /// version that it is about ("account-opening@3"). Its refusal undoes all.
    using Also =
        std::function<base::Result<void>(platform::sql::Transaction&, const std::string& version)>;

    /// Reads services/ again: what is new or changed and passes is deployed as a new version, what
    /// has gone is no longer offered; everything else stays. Errors only as findings.
    ///
    /// With `kept` nothing changes for anybody: versions are stored, `kept` runs for each in the
    /// unit of work that stores it (its refusal is a finding), and what has gone is only named.
    Reloaded reload(const Also& kept = {});

    /// The services on offer, in the order of the folder's names.
    std::vector<ServicePtr> services() const override;
    ServicePtr service(std::string_view code) const override;
    ServicePtr service_for(std::string_view code, std::string_view institution,
                           std::string_view applicant) const override;
    ServicePtr version(std::string_view definition_name) const override;

    struct Deployment {
        std::string code;
        int version;
        std::string hash;
        base::Instant deployed_at;
        bool on_offer;
        bool withdrawn;
        std::optional<Trial> trial;
        std::optional<base::Instant> offered_at;  // Last put on offer.
    };
    /// Of one service, or of all; the oldest first.
    std::vector<Deployment> deployments(std::string_view code = {}) const;

    /// Whom a version that is deployed is for: everybody (or those of its trial) at once, or nobody
    /// before something else is decided.
    enum class For : std::uint8_t { people, nobody };

    /// Deploys files that are not in the bank's folder (where a service of that code may be; its
    /// shared shapes are taken from there): checked, proven by the gate, stored, put on offer or,
    /// with `trial`, on trial. It stays until something else is deployed, or the folder changes.
    /// Errors: those of `also`; everything else is a finding.
    base::Result<Reloaded> deploy(const std::string& code, std::map<std::string, std::string> files,
                                  const std::optional<Trial>& trial, const Also& also = {},
                                  For whom = For::people);

    /// What people of a service get now, as one text: equal texts, equal versions and trials.
    std::string standing(std::string_view code) const;

    /// The version that an act would be about, if it were carried out now. Errors: service.unknown,
    /// service.version_unknown, service.version_withdrawn, service.version_broken (this program
    /// does not take it any more); of roll_back and withdraw (of what is on offer)
    /// service.no_former_version; of try_out service.trial_is_on_offer, service.trial_share
    /// (percent), service.institution_unknown; of end_trial service.no_trial.
    base::Result<int> could(const Release& release);

    /// Does it. Errors: those of `could` and of `also`; service.release_overtaken (`standing` is
    /// given and is not how it stands any more).
    base::Result<void> carry_out(const Release& release, const Also& also = {},
                                 const std::optional<std::string>& standing = {});

    /// What people ask for in their own words, in Chinese (also by initials of its pinyin) or
    /// English; typing errors are forgiven. At most `limit`.
    std::vector<Hit> search(std::string_view words, std::size_t limit = 10) const;

private:
    class Impl;
    Catalog(std::shared_ptr<const Bank> bank, std::unique_ptr<Impl> impl);

    std::shared_ptr<const Bank> bank_;
    std::unique_ptr<Impl> impl_;
};

}  // namespace bank::catalog
