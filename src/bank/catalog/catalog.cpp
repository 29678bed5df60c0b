// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/catalog.h>
#include <bank/catalog/internal/search.h>
#include <bank/catalog/internal/service_files.h>
#include <bank/catalog/internal/versions.h>

#include <algorithm>

namespace bank::catalog {

namespace {

constexpr platform::sql::Migration catalog_schema[] = {
    {"catalog", 1,
     "create table catalog_service_version("
     "  code text not null, version integer not null, hash text not null,"
     "  deployed_at bigint not null, files text not null, primary key (code, version));"
     "create table catalog_offer(code text primary key, version integer not null)"},
};

std::vector<std::string> folders_in(const std::filesystem::path& folder)
{
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator{folder, ignored}) {
        const std::string name = entry.path().filename().string();
        if (entry.is_directory() && !name.starts_with(".")) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return catalog_schema;
}

class Catalog::Impl {
public:
    Impl(std::filesystem::path folder, std::shared_ptr<const Bank> bank, platform::sql::Book& house,
         Gate gate)
        : folder_(std::move(folder)),
          bank_(std::move(bank)),
          versions_(house),
          gate_(std::move(gate))
    {
        rebuild(versions_.offers());
    }

    Reloaded reload()
    {
        const std::lock_guard one_at_a_time{reloading_};
        Reloaded done;
        auto offers = versions_.offers();
        const auto names = folders_in(folder_ / "services");
        for (const auto& code : names) deploy(code, offers, done);
        for (auto offer = offers.begin(); offer != offers.end();) {
            if (std::find(names.begin(), names.end(), offer->first) != names.end()) {
                ++offer;
                continue;
            }
            versions_.withdraw(offer->first);
            done.removed.push_back(offer->first);
            offer = offers.erase(offer);
        }
        rebuild(offers);
        return done;
    }

    ServicePtr version(std::string_view definition_name)
    {
        const std::size_t at = definition_name.rfind('@');
        if (at == std::string_view::npos) return nullptr;
        {
            const std::lock_guard lock{mutex_};
            const auto found = compiled_.find(definition_name);
            if (found != compiled_.end()) return found->second;
        }
        int number = 0;
        for (const char c : definition_name.substr(at + 1)) {
            if (c < '0' || c > '9' || number > 1'000'000) return nullptr;
            number = number * 10 + (c - '0');
        }
        const auto stored = versions_.find(definition_name.substr(0, at), number);
        if (!stored) return nullptr;
        return keep(compile(*stored));
    }

    std::vector<ServicePtr> services() const
    {
        const std::lock_guard lock{mutex_};
        return offered_;
    }

    std::shared_ptr<const internal::SearchIndex> index() const
    {
        const std::lock_guard lock{mutex_};
        return index_;
    }

    std::vector<Deployment> deployments() { return versions_.all(); }

private:
    ServicePtr compile(const internal::StoredVersion& stored)
    {
        Findings findings;
        auto service = internal::compile_service(stored.code, stored.files, *bank_, findings);
        if (service == nullptr) return nullptr;
        service->version = stored.version;
        service->deployed_at = stored.deployed_at;
        return service;
    }

    ServicePtr keep(ServicePtr service)
    {
        if (service == nullptr) return nullptr;
        const std::lock_guard lock{mutex_};
        return compiled_.emplace(service->definition_name(), service).first->second;
    }

    /// Compares what the folder holds with what is on offer, and deploys where they differ.
    void deploy(const std::string& code, std::map<std::string, int>& offers, Reloaded& done)
    {
        Findings findings;
        auto files = internal::gather(folder_, code, findings);
        const std::string hash = internal::hash_of(files);
        const auto offer = offers.find(code);
        if (findings.empty() && offer != offers.end() &&
            versions_.hash(code, offer->second) == hash &&
            version(code + "@" + std::to_string(offer->second)) != nullptr) {
            return;  // As it was.
        }
        if (findings.empty()) {
            auto service = internal::compile_service(code, std::move(files), *bank_, findings);
            if (service != nullptr && gate_ != nullptr) findings = gate_(service, bank_);
            if (service != nullptr && findings.empty()) {
                const auto stored = versions_.store(*service);
                service->version = stored.version;
                service->deployed_at = stored.deployed_at;
                offers[code] = stored.version;
                done.deployed.push_back(service->definition_name());
                keep(service);
                return;
            }
        }
        done.findings.insert(done.findings.end(), findings.begin(), findings.end());
    }

    void rebuild(const std::map<std::string, int>& offers)
    {
        std::vector<ServicePtr> offered;
        for (const auto& [code, number] : offers) {
            if (auto service = version(code + "@" + std::to_string(number))) {
                offered.push_back(std::move(service));
            }
        }
        auto index = std::make_shared<const internal::SearchIndex>(offered);
        const std::lock_guard lock{mutex_};
        offered_ = std::move(offered);
        index_ = std::move(index);
    }

    std::filesystem::path folder_;
    std::shared_ptr<const Bank> bank_;
    internal::Versions versions_;
    Gate gate_;
    std::mutex reloading_;
    mutable std::mutex mutex_;
    std::map<std::string, ServicePtr, std::less<>> compiled_;
    std::vector<ServicePtr> offered_;
    std::shared_ptr<const internal::SearchIndex> index_;
};

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
    for (const auto& code : folders_in(folder / "services"))
        load_service(folder, code, *bank, findings);
    if (!findings.empty()) return nullptr;
    auto impl = std::make_unique<Impl>(folder, bank, house, std::move(gate));
    const Reloaded reloaded = impl->reload();
    findings = reloaded.findings;
    if (!findings.empty()) return nullptr;
    return std::unique_ptr<Catalog>{new Catalog{std::move(bank), std::move(impl)}};
}

Reloaded Catalog::reload()
{
    return impl_->reload();
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

std::vector<Catalog::Deployment> Catalog::deployments() const
{
    return impl_->deployments();
}

std::vector<Hit> Catalog::search(std::string_view words, std::size_t limit) const
{
    return impl_->index()->search(words, limit);
}

}  // namespace bank::catalog
