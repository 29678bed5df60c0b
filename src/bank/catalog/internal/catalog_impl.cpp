// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/internal/catalog_impl.h>

#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>

#include <algorithm>

namespace bank::catalog {

namespace internal {

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

}  // namespace internal

namespace {

/// 0 to 99, evenly spread and always the same for the same person and version: whoever tries a
/// version at 5 % still does at 20 %.
int place_of(std::string_view definition_name, std::string_view applicant)
{
    const std::string text = std::string{definition_name} + "/" + std::string{applicant};
    const auto digest = platform::crypto::sha256(platform::crypto::as_bytes(text));
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number = number << 8U | digest[i];
    return static_cast<int>(number % 100);
}

}  // namespace

Catalog::Impl::Impl(std::filesystem::path folder, std::shared_ptr<const Bank> bank,
                    platform::sql::Book& house, Gate gate)
    : versions(house), folder_(std::move(folder)), bank_(std::move(bank)), gate_(std::move(gate))
{
    rebuild();
}

Reloaded Catalog::Impl::reload(const Also& kept)
{
    const std::lock_guard one_at_a_time{changing};
    Reloaded done;
    const auto names = internal::folders_in(folder_ / "services");
    for (const auto& code : names) deploy_folder(code, kept, done);
    for (const auto& [code, number] : versions.offers()) {
        if (std::find(names.begin(), names.end(), code) != names.end()) continue;
        const auto from_folder = versions.folder_hash(code);
        if (from_folder && from_folder->empty()) continue;  // It was never there.
        if (kept == nullptr) {
            const auto removed = versions.remove(code, number, {});
            if (!removed) throw platform::sql::Failure{removed.error().detail};
        }
        done.removed.push_back(code);
    }
    rebuild();
    return done;
}

base::Result<Reloaded> Catalog::Impl::deploy(const std::string& code, internal::Files files,
                                             const std::optional<Trial>& trial, const Also& also,
                                             For whom)
{
    Reloaded done;
    Findings findings;
    internal::complete(folder_, code, files, findings);
    // Its scenarios may take long; whoever rolls another service back does not wait for them.
    auto service = proven(code, std::move(files), std::move(findings), done);
    if (service == nullptr) return done;
    const std::lock_guard one_at_a_time{changing};
    const auto offers = versions.offers();
    const auto offer = offers.find(code);
    if (trial && offer != offers.end() && versions.hash(code, offer->second) == service->hash) {
        done.findings.push_back(
            {"services/" + code, 0, "everybody has that version already; there is nothing to try"});
        return done;
    }
    TRY(store(std::move(service), std::nullopt, trial, also, whom, done));
    rebuild();
    return done;
}

ServicePtr Catalog::Impl::version(std::string_view definition_name)
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
    const auto stored = versions.find(definition_name.substr(0, at), number);
    if (!stored) return nullptr;
    return keep(compile(*stored));
}

std::vector<ServicePtr> Catalog::Impl::services() const
{
    const std::lock_guard lock{mutex_};
    return offered_;
}

std::shared_ptr<const internal::SearchIndex> Catalog::Impl::index() const
{
    const std::lock_guard lock{mutex_};
    return index_;
}

ServicePtr Catalog::Impl::tried_by(std::string_view code, std::string_view institution,
                                   std::string_view applicant) const
{
    const std::lock_guard lock{mutex_};
    const auto found = trials_.find(code);
    if (found == trials_.end()) return nullptr;
    const auto& [trial, service] = found->second;
    const auto& where = trial.institutions;
    if (!where.empty() && std::find(where.begin(), where.end(), institution) == where.end())
        return nullptr;
    if (trial.percent >= 100) return service;
    if (applicant.empty()) return nullptr;
    return place_of(service->definition_name(), applicant) < trial.percent ? service : nullptr;
}

std::optional<Trial> Catalog::Impl::trial_of(std::string_view code) const
{
    const std::lock_guard lock{mutex_};
    const auto found = trials_.find(code);
    if (found == trials_.end()) return std::nullopt;
    return found->second.trial;
}

std::string Catalog::Impl::standing(std::string_view code) const
{
    const std::lock_guard lock{mutex_};
    std::string text = "none";
    for (const auto& each : offered_) {
        if (each->code == code) text = std::to_string(each->version);
    }
    const auto found = trials_.find(code);
    if (found == trials_.end()) return text;
    const Trial& trial = found->second.trial;
    text += " trial " + std::to_string(trial.version) + " " + std::to_string(trial.percent) + "%";
    for (const auto& each : trial.institutions) text += " " + each;
    return text;
}

base::Result<void> Catalog::Impl::there(const std::string& code, int version_number)
{
    const auto all = versions.all(code);
    if (code.empty() || all.empty())
        return base::not_found("service.unknown", "There is no such service.");
    const auto found = std::find_if(all.begin(), all.end(), [&](const Deployment& each) {
        return each.version == version_number;
    });
    if (found == all.end())
        return base::not_found("service.version_unknown", "The service has no such version.");
    if (found->withdrawn)
        return base::conflict("service.version_withdrawn", "That version has been taken away.");
    return {};
}

base::Result<ServicePtr> Catalog::Impl::usable(const std::string& code, int version_number)
{
    TRY(there(code, version_number));
    auto service = version(code + "@" + std::to_string(version_number));
    if (service == nullptr) {
        return base::rejected("service.version_broken",
                              "This program does not take that version any more.");
    }
    return service;
}

int Catalog::Impl::former(const std::string& code, int version_number)
{
    const auto all = versions.all(code);
    const Deployment* best = nullptr;
    for (const auto& each : all) {
        if (each.version >= version_number || each.withdrawn || !each.offered_at) continue;
        if (best != nullptr && each.offered_at->micros < best->offered_at->micros) continue;
        if (version(code + "@" + std::to_string(each.version)) != nullptr) best = &each;
    }
    return best == nullptr ? 0 : best->version;
}

void Catalog::Impl::rebuild()
{
    std::vector<ServicePtr> offered;
    for (const auto& [code, number] : versions.offers()) {
        if (auto service = version(code + "@" + std::to_string(number)))
            offered.push_back(std::move(service));
    }
    std::map<std::string, OnTrial, std::less<>> trials;
    for (auto& [code, trial] : versions.trials()) {
        if (auto service = version(code + "@" + std::to_string(trial.version)))
            trials.emplace(code, OnTrial{std::move(trial), std::move(service)});
    }
    auto index = std::make_shared<const internal::SearchIndex>(offered);
    const std::lock_guard lock{mutex_};
    offered_ = std::move(offered);
    trials_ = std::move(trials);
    index_ = std::move(index);
}

ServicePtr Catalog::Impl::compile(const internal::StoredVersion& stored)
{
    Findings findings;
    auto service = internal::compile_service(stored.code, stored.files, *bank_, findings);
    if (service == nullptr) return nullptr;
    service->version = stored.version;
    service->deployed_at = stored.deployed_at;
    return service;
}

ServicePtr Catalog::Impl::keep(ServicePtr service)
{
    if (service == nullptr) return nullptr;
    const std::lock_guard lock{mutex_};
    return compiled_.emplace(service->definition_name(), service).first->second;
}

/// Compares what the folder holds with what it held when it was last deployed: what was put on
/// offer by hand since then stays until the folder says something new.
void Catalog::Impl::deploy_folder(const std::string& code, const Also& kept, Reloaded& done)
{
    Findings findings;
    auto files = internal::gather(folder_, code, findings);
    const std::string hash = internal::hash_of(files);
    if (findings.empty()) {
        const auto offers = versions.offers();
        const auto offer = offers.find(code);
        const auto known = versions.folder_hash(code);
        const bool on_offer =
            offer != offers.end() && version(code + "@" + std::to_string(offer->second)) != nullptr;
        if (on_offer && known == hash) return;  // As it was.
        if (on_offer && !known && versions.hash(code, offer->second) == hash)
            return versions.note_folder(code, hash);
    }
    auto service = proven(code, std::move(files), std::move(findings), done);
    if (service == nullptr) return;
    const auto stored = store(std::move(service), hash, std::nullopt, kept,
                              kept == nullptr ? For::people : For::nobody, done);
    if (!stored) done.findings.push_back({"services/" + code, 0, stored.error().detail});
}

std::shared_ptr<Service> Catalog::Impl::proven(const std::string& code, internal::Files files,
                                               Findings findings, Reloaded& done) const
{
    std::shared_ptr<Service> service;
    if (findings.empty()) {
        service = internal::compile_service(code, std::move(files), *bank_, findings);
        if (service != nullptr && gate_ != nullptr) findings = gate_(service, bank_);
    }
    if (findings.empty()) return service;
    done.findings.insert(done.findings.end(), findings.begin(), findings.end());
    return nullptr;
}

base::Result<void> Catalog::Impl::store(std::shared_ptr<Service> service,
                                        const std::optional<std::string>& folder_hash,
                                        const std::optional<Trial>& trial, const Also& also,
                                        For whom, Reloaded& done)
{
    const auto stored = TRY(versions.store(*service, folder_hash, trial, also, whom));
    service->version = stored.version;
    service->deployed_at = stored.deployed_at;
    done.deployed.push_back(service->definition_name());
    done.warnings.insert(done.warnings.end(), service->warnings.begin(), service->warnings.end());
    keep(std::move(service));
    return {};
}

}  // namespace bank::catalog
