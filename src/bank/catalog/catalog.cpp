// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/catalog.h>
#include <bank/catalog/internal/catalog_impl.h>

#include <algorithm>

namespace bank::catalog {

namespace {

constexpr platform::sql::Migration catalog_schema[] = {
    {"catalog", 1,
     "create table catalog_service_version("
     "  code text not null, version integer not null, hash text not null,"
     "  deployed_at bigint not null, files text not null, primary key (code, version));"
     "create table catalog_offer(code text primary key, version integer not null)"},
    // Versions are tried by some, taken away, and come from elsewhere than the folder.
    {"catalog", 2,
     "alter table catalog_service_version add column withdrawn_at bigint;"
     "create table catalog_trial("
     "  code text primary key, version integer not null, institutions text not null,"
     "  percent integer not null, since bigint not null);"
     "create table catalog_folder(code text primary key, hash text not null)"},
    // A version may be kept without anybody having got it.
    {"catalog", 3,
     "alter table catalog_service_version add column offered_at bigint;"
     "update catalog_service_version set offered_at = deployed_at"},
};

void forget_doubles(Findings& findings)
{
    Findings once;
    for (auto& finding : findings) {
        if (std::find(once.begin(), once.end(), finding) == once.end())
            once.push_back(std::move(finding));
    }
    findings = std::move(once);
}

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return catalog_schema;
}

Catalog::Catalog(std::shared_ptr<const Bank> bank, std::unique_ptr<Impl> impl)
    : bank_(std::move(bank)), impl_(std::move(impl))
{
}

Catalog::~Catalog() = default;

std::unique_ptr<Catalog> Catalog::open(const std::filesystem::path& folder,
                                       platform::sql::Book& house, Gate gate, Findings& findings)
{
    auto bank = load_bank(folder, findings);
    if (bank == nullptr) return nullptr;
    // Everything is looked at before anything is deployed: a bad folder never starts half.
    for (const auto& code : internal::folders_in(folder / "services"))
        load_service(folder, code, *bank, findings);
    forget_doubles(findings);  // What is wrong with a shape each of its services tells.
    if (!findings.empty()) return nullptr;
    auto impl = std::make_unique<Impl>(folder, bank, house, std::move(gate));
    const Reloaded reloaded = impl->reload({});
    findings = reloaded.findings;
    if (!findings.empty()) return nullptr;
    return std::unique_ptr<Catalog>{new Catalog{std::move(bank), std::move(impl)}};
}

Reloaded Catalog::reload(const Also& kept)
{
    return impl_->reload(kept);
}

std::vector<ServicePtr> Catalog::services() const
{
    return impl_->services();
}

ServicePtr Catalog::service(std::string_view code) const
{
    for (auto& service : impl_->services()) {
        if (service->code == code) return service;
    }
    return nullptr;
}

ServicePtr Catalog::version(std::string_view definition_name) const
{
    return impl_->version(definition_name);
}

ServicePtr Catalog::service_for(std::string_view code, std::string_view institution,
                                std::string_view applicant) const
{
    if (auto tried = impl_->tried_by(code, institution, applicant)) return tried;
    return service(code);
}

std::vector<Catalog::Deployment> Catalog::deployments(std::string_view code) const
{
    return impl_->versions.all(code);
}

std::vector<Hit> Catalog::search(std::string_view words, std::size_t limit) const
{
    return impl_->index()->search(words, limit);
}

}  // namespace bank::catalog
