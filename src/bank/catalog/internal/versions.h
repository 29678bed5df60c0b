// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/catalog.h>
#include <bank/catalog/internal/service_files.h>

namespace bank::catalog::internal {

struct StoredVersion {
    std::string code;
    int version = 0;
    base::Instant deployed_at;
    Files files;
};

/// Versions of services in the house book. Everything that writes runs `also` in its unit of work.
class Versions {
public:
    using Also = Catalog::Also;

    explicit Versions(platform::sql::Book& house) : house_(house) {}

    /// Version on offer by service.
    std::map<std::string, int> offers();
    std::map<std::string, Trial> trials();
    std::string hash(std::string_view code, int version);
    std::optional<StoredVersion> find(std::string_view code, int version);

    /// The hash of what the bank's folder held when it was last deployed; empty where the service
    /// did not come from there. Nothing where nobody noted it.
    std::optional<std::string> folder_hash(std::string_view code);
    void note_folder(std::string_view code, std::string_view hash);

    /// Stores the service as its next version; for people it puts it on offer, or, with `trial`, on
    /// trial. A version of the same content comes back under its number. `folder_hash`: for
    /// note_folder; nothing: it was not in the folder. Errors of this and what follows: those of
    /// `also`.
    base::Result<StoredVersion> store(const Service& service,
                                      const std::optional<std::string>& folder_hash,
                                      const std::optional<Trial>& trial, const Also& also,
                                      Catalog::For whom);

    /// Ends the trial too.
    base::Result<void> offer(const std::string& code, int version, const Also& also);
    base::Result<void> try_out(const std::string& code, const Trial& trial, const Also& also);
    base::Result<void> end_trial(const std::string& code, int version, const Also& also);
    /// Takes the version away; `instead` is then on offer, unless it is 0.
    base::Result<void> withdraw(const std::string& code, int version, int instead,
                                const Also& also);
    /// Nothing of the service is on offer any more.
    base::Result<void> remove(const std::string& code, int version, const Also& also);

    std::vector<Catalog::Deployment> all(std::string_view code);

private:
    platform::sql::Book& house_;
};

}  // namespace bank::catalog::internal
