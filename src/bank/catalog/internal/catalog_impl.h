// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/internal/search.h>
#include <bank/catalog/internal/service_files.h>
#include <bank/catalog/internal/versions.h>

#include <mutex>

namespace bank::catalog {

namespace internal {

/// Names of the folders in a folder, sorted; hidden ones left out.
std::vector<std::string> folders_in(const std::filesystem::path& folder);

}  // namespace internal

class Catalog::Impl {
public:
    Impl(std::filesystem::path folder, std::shared_ptr<const Bank> bank, platform::sql::Book& house,
         Gate gate);

    Reloaded reload(const Also& kept);
    base::Result<Reloaded> deploy(const std::string& code, internal::Files files,
                                  const std::optional<Trial>& trial, const Also& also, For whom);
    std::string standing(std::string_view code) const;
    std::optional<Trial> trial_of(std::string_view code) const;

    ServicePtr version(std::string_view definition_name);
    std::vector<ServicePtr> services() const;
    std::shared_ptr<const internal::SearchIndex> index() const;
    /// The version on trial, where the applicant is among those who try it.
    ServicePtr tried_by(std::string_view code, std::string_view institution,
                        std::string_view applicant) const;

    /// A version that may be put on offer. Errors: those of Catalog::offer.
    base::Result<ServicePtr> usable(const std::string& code, int version);
    /// A version that has not been taken away. Errors: service.unknown, service.version_unknown,
    /// service.version_withdrawn.
    base::Result<void> there(const std::string& code, int version);
    /// The version below that one that was on offer last and may be again; 0: there is none.
    int former(const std::string& code, int version);
    /// Makes what is shown to readers anew from the book.
    void rebuild();

    const Bank& bank() const { return *bank_; }

    std::mutex changing;  // One change of versions at a time.
    internal::Versions versions;

private:
    struct OnTrial {
        Trial trial;
        ServicePtr service;
    };

    ServicePtr compile(const internal::StoredVersion& stored);
    ServicePtr keep(ServicePtr service);
    void deploy_folder(const std::string& code, const Also& kept, Reloaded& done);
    /// Compiled and with scenarios that pass; nothing where `done` gets findings. Needs no lock.
    std::shared_ptr<Service> proven(const std::string& code, internal::Files files,
                                    Findings findings, Reloaded& done) const;
    base::Result<void> store(std::shared_ptr<Service> service,
                             const std::optional<std::string>& folder_hash,
                             const std::optional<Trial>& trial, const Also& also, For whom,
                             Reloaded& done);

    std::filesystem::path folder_;
    std::shared_ptr<const Bank> bank_;
    Gate gate_;
    mutable std::mutex mutex_;
    std::map<std::string, ServicePtr, std::less<>> compiled_;
    std::vector<ServicePtr> offered_;
    std::map<std::string, OnTrial, std::less<>> trials_;
    std::shared_ptr<const internal::SearchIndex> index_;
};

}  // namespace bank::catalog
