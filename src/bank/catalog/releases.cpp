// SPDX-License-Identifier: Apache-2.0
// Which version of a service people get.
#include <bank/catalog/internal/catalog_impl.h>

#include <algorithm>

namespace bank::catalog {

namespace {

constexpr std::string_view acts[] = {"offer",     "roll-back", "try",
                                     "end-trial", "withdraw",  "remove"};

base::Error service_unknown()
{
    return base::not_found("service.unknown", "There is no such service.");
}

base::Error no_former_version()
{
    return base::conflict("service.no_former_version",
                          "There is no version before the one on offer.");
}

}  // namespace

std::string_view to_string(Act act)
{
    return acts[static_cast<std::size_t>(act)];
}

std::optional<Act> act_of(std::string_view text)
{
    const auto* found = std::find(std::begin(acts), std::end(acts), text);
    if (found == std::end(acts)) return std::nullopt;
    return static_cast<Act>(found - std::begin(acts));
}

base::Result<Reloaded> Catalog::deploy(const std::string& code,
                                       std::map<std::string, std::string> files,
                                       const std::optional<Trial>& trial, const Also& also,
                                       For whom)
{
    if (trial && service(code) == nullptr)
        return Reloaded{.deployed = {},
                        .removed = {},
                        .findings = {{"services/" + code, 0,
                                      "a trial needs a version on offer for everybody else"}}};
    return impl_->deploy(code, std::move(files), trial, also, whom);
}

std::string Catalog::standing(std::string_view code) const
{
    return impl_->standing(code);
}

base::Result<int> Catalog::could(const Release& release)
{
    const auto present = service(release.service);
    const int on_offer = present == nullptr ? 0 : present->version;
    const auto trial = impl_->trial_of(release.service);
    switch (release.act) {
        case Act::offer:
            TRY(impl_->usable(release.service, release.version));
            return release.version;
        case Act::roll_back: {
            if (present == nullptr) return service_unknown();
            const int former = impl_->former(release.service, on_offer);
            if (former == 0) return no_former_version();
            TRY(impl_->usable(release.service, former));
            return former;
        }
        case Act::try_out:
            TRY(impl_->usable(release.service, release.version));
            if (present == nullptr) return service_unknown();
            if (on_offer == release.version) {
                return base::conflict("service.trial_is_on_offer",
                                      "Everybody has that version already.");
            }
            if (release.trial.percent < 1 || release.trial.percent > 100)
                return base::invalid("service.trial_share", "A trial is for 1 to 100 percent.");
            for (const auto& each : release.trial.institutions) {
                if (bank().institution(each) == nullptr)
                    return base::invalid("service.institution_unknown",
                                         "There is no such institution.");
            }
            return release.version;
        case Act::end_trial:
            if (present == nullptr) return service_unknown();
            if (!trial)
                return base::conflict("service.no_trial", "No version of the service is on trial.");
            return trial->version;
        case Act::withdraw:
            TRY(impl_->there(release.service, release.version));
            if (on_offer == release.version && impl_->former(release.service, on_offer) == 0)
                return no_former_version();
            return release.version;
        case Act::remove:
            if (present == nullptr) return service_unknown();
            return on_offer;
    }
    base::ensure(false);
    return 0;
}

base::Result<void> Catalog::carry_out(const Release& release, const Also& also,
                                      const std::optional<std::string>& standing)
{
    const std::lock_guard one_at_a_time{impl_->changing};
    if (standing && *standing != impl_->standing(release.service)) {
        return base::conflict("service.release_overtaken",
                              "What people get has changed since it was proposed.");
    }
    const int version = TRY(could(release));
    const auto& code = release.service;
    auto& versions = impl_->versions;
    switch (release.act) {
        case Act::offer:
        case Act::roll_back:
            TRY(versions.offer(code, version, also));
            break;
        case Act::try_out: {
            Trial trial = release.trial;
            trial.version = version;
            TRY(versions.try_out(code, trial, also));
            break;
        }
        case Act::end_trial:
            TRY(versions.end_trial(code, version, also));
            break;
        case Act::withdraw: {
            const auto present = service(code);
            const bool offered = present != nullptr && present->version == version;
            TRY(versions.withdraw(code, version, offered ? impl_->former(code, version) : 0, also));
            break;
        }
        case Act::remove:
            TRY(versions.remove(code, version, also));
            break;
    }
    impl_->rebuild();
    return {};
}

}  // namespace bank::catalog
