// SPDX-License-Identifier: Apache-2.0
// Which version of a service people get.
#include <bank/catalog/internal/catalog_impl.h>

#include <algorithm>

namespace bank::catalog {

namespace {

base::Error service_unknown()
{
    return base::not_found("service.unknown", "There is no such service.");
}

}  // namespace

Reloaded Catalog::deploy(const std::string& code, std::map<std::string, std::string> files,
                         const std::optional<Trial>& trial, const Also& also)
{
    if (trial && service(code) == nullptr)
        return {.deployed = {},
                .removed = {},
                .findings = {{"services/" + code, 0,
                              "a trial needs a version on offer for everybody else"}}};
    return impl_->deploy(code, std::move(files), trial, also);
}

base::Result<ServicePtr> Catalog::offer(const std::string& code, int version, const Also& also)
{
    const std::lock_guard one_at_a_time{impl_->changing};
    auto service = TRY(impl_->usable(code, version));
    impl_->versions.offer(code, version, also);
    impl_->rebuild();
    return service;
}

base::Result<ServicePtr> Catalog::roll_back(const std::string& code, const Also& also)
{
    const std::lock_guard one_at_a_time{impl_->changing};
    const auto present = service(code);
    if (present == nullptr) return service_unknown();
    const int former = impl_->former(code, present->version);
    if (former == 0) {
        return base::conflict("service.no_former_version",
                              "There is no version before the one on offer.");
    }
    auto back = TRY(impl_->usable(code, former));
    impl_->versions.offer(code, former, also);
    impl_->rebuild();
    return back;
}

base::Result<ServicePtr> Catalog::try_out(const std::string& code, const Trial& trial,
                                          const Also& also)
{
    const std::lock_guard one_at_a_time{impl_->changing};
    auto tried = TRY(impl_->usable(code, trial.version));
    const auto present = service(code);
    if (present == nullptr) return service_unknown();
    if (present->version == trial.version)
        return base::conflict("service.trial_is_on_offer", "Everybody has that version already.");
    if (trial.percent < 1 || trial.percent > 100)
        return base::invalid("service.trial_share", "A trial is for 1 to 100 percent.");
    for (const auto& each : trial.institutions) {
        if (bank().institution(each) == nullptr)
            return base::invalid("service.institution_unknown", "There is no such institution.");
    }
    impl_->versions.try_out(code, trial, also);
    impl_->rebuild();
    return tried;
}

base::Result<ServicePtr> Catalog::end_trial(const std::string& code, const Also& also)
{
    const std::lock_guard one_at_a_time{impl_->changing};
    auto present = service(code);
    if (present == nullptr) return service_unknown();
    const auto trials = impl_->versions.trials();
    const auto trial = trials.find(code);
    if (trial == trials.end())
        return base::conflict("service.no_trial", "No version of the service is on trial.");
    impl_->versions.end_trial(code, trial->second.version, also);
    impl_->rebuild();
    return present;
}

base::Result<ServicePtr> Catalog::withdraw(const std::string& code, int version, const Also& also)
{
    const std::lock_guard one_at_a_time{impl_->changing};
    const auto all = impl_->versions.all(code);
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const Deployment& each) { return each.version == version; });
    if (all.empty() || code.empty()) return service_unknown();
    if (found == all.end())
        return base::not_found("service.version_unknown", "The service has no such version.");
    if (found->withdrawn)
        return base::conflict("service.version_withdrawn", "That version has been taken away.");
    const int instead = found->on_offer ? impl_->former(code, version) : 0;
    if (found->on_offer && instead == 0) {
        return base::conflict("service.no_former_version",
                              "It is on offer, and there is no version before it.");
    }
    impl_->versions.withdraw(code, version, instead, also);
    impl_->rebuild();
    return service(code);
}

}  // namespace bank::catalog
