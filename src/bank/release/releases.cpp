// SPDX-License-Identifier: Apache-2.0
#include <bank/release/releases.h>

#include <platform/json/value.h>

#include <algorithm>
#include <charconv>

namespace bank::release {

namespace json = platform::json;
using base::Result;
using catalog::Act;
using catalog::Release;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr const char* by_two = "service.release";
constexpr const char* done_alone = "service.release-alone";
constexpr int releases_shown = 100;

std::string text_of(const Release& release)
{
    json::Object object{{"act", catalog::to_string(release.act)}, {"version", release.version}};
    if (release.act == Act::try_out) {
        json::Array institutions;
        for (const auto& each : release.trial.institutions) institutions.emplace_back(each);
        object.set("percent", release.trial.percent);
        object.set("institutions", std::move(institutions));
    }
    return json::serialise(object);
}

Release release_of(const std::string& service, std::string_view text)
{
    const auto value = json::parse(text);
    base::ensure(value.has_value());
    const auto act = catalog::act_of(value.value()["act"].text_or());
    base::ensure(act.has_value());
    Release release{.service = service,
                    .act = *act,
                    .version = static_cast<int>(value.value()["version"].integer_or(0))};
    release.trial.version = release.version;
    release.trial.percent = static_cast<int>(value.value()["percent"].integer_or(100));
    if (const auto* institutions = value.value()["institutions"].array()) {
        for (const auto& each : *institutions)
            release.trial.institutions.emplace_back(each.text_or());
    }
    return release;
}

/// Of "account-opening@3".
std::pair<std::string, int> code_and_version(const std::string& definition_name)
{
    const auto at = definition_name.rfind('@');
    base::ensure(at != std::string::npos);
    int version = 0;
    std::from_chars(definition_name.data() + at + 1,
                    definition_name.data() + definition_name.size(), version);
    return {definition_name.substr(0, at), version};
}

}  // namespace

Releases::Releases(platform::sql::Book& house, catalog::Catalog& catalog)
    : house_(house), catalog_(catalog)
{
}

ProposedRelease Releases::shown(proposal::Proposal kept) const
{
    ProposedRelease shown{release_of(kept.subject, kept.after), std::move(kept)};
    shown.overtaken = shown.proposal.state == proposal::State::proposed && !shown.proposal.alone &&
                      shown.proposal.before != catalog_.standing(shown.proposal.subject);
    return shown;
}

Result<ProposedRelease> Releases::keep(Transaction& transaction, const std::string& by,
                                       const Release& release, const std::string& reason,
                                       const Also& also) const
{
    const auto standing = catalog_.standing(release.service);
    const auto open = proposal::waiting(transaction, by_two, release.service);
    if (open && open->before != standing)
        proposal::overtake(transaction, by_two, release.service, reason);
    auto kept = shown(TRY(proposal::propose(transaction, {.kind = by_two,
                                                          .subject = release.service,
                                                          .before = standing,
                                                          .after = text_of(release),
                                                          .reason = reason,
                                                          .proposed_by = by})));
    also(transaction, kept);
    return kept;
}

Result<ProposedRelease> Releases::propose(const std::string& by, const Release& wish,
                                          const std::string& reason, const Also& also)
{
    Release release = wish;
    release.version = TRY(catalog_.could(wish));
    release.trial.version = release.version;
    const auto standing = catalog_.standing(release.service);
    if (release.act == Act::offer && standing == std::to_string(release.version))
        return base::conflict("service.on_offer_already", "Everybody has that version already.");
    return house_.write(
        [&](Transaction& transaction) { return keep(transaction, by, release, reason, also); });
}

Result<catalog::Reloaded> Releases::deploy(const std::string& by, const std::string& code,
                                           std::map<std::string, std::string> files,
                                           const std::optional<catalog::Trial>& trial,
                                           const std::string& reason, const Also& also)
{
    return catalog_.deploy(
        code, std::move(files), trial,
        [&](Transaction& transaction, const std::string& name) -> Result<void> {
            const auto [service, version] = code_and_version(name);
            Release release{.service = service,
                            .act = trial ? Act::try_out : Act::offer,
                            .version = version,
                            .trial = trial.value_or(catalog::Trial{})};
            release.trial.version = version;
            TRY(keep(transaction, by, release, reason, also));
            return {};
        },
        catalog::Catalog::For::nobody);
}

catalog::Reloaded Releases::reload(const std::string& by, const std::string& reason,
                                   const Also& also)
{
    auto done =
        catalog_.reload([&](Transaction& transaction, const std::string& name) -> Result<void> {
            const auto [service, version] = code_and_version(name);
            TRY(keep(transaction, by, {.service = service, .version = version}, reason, also));
            return {};
        });
    std::erase_if(done.removed, [&](const std::string& code) {
        const auto proposed = propose(by, {.service = code, .act = Act::remove}, reason, also);
        if (!proposed) done.findings.push_back({"services/" + code, 0, proposed.error().detail});
        return !proposed;
    });
    return done;
}

Result<ProposedRelease> Releases::do_alone(const std::string& by, const Release& wish,
                                           const std::string& reason, const Also& also)
{
    if (wish.act != Act::roll_back && wish.act != Act::end_trial) {
        return base::rejected("release.not_alone",
                              "Only rolling back and ending a trial are done by one person.");
    }
    const auto standing = catalog_.standing(wish.service);
    std::optional<proposal::Proposal> kept;
    const auto write = [&](Transaction& transaction, const std::string& name) -> Result<void> {
        Release release = wish;
        release.version = code_and_version(name).second;
        proposal::overtake(transaction, by_two, wish.service, reason);
        kept = TRY(proposal::propose(transaction, {.kind = done_alone,
                                                   .subject = wish.service,
                                                   .before = standing,
                                                   .after = text_of(release),
                                                   .reason = reason,
                                                   .alone = true,
                                                   .proposed_by = by}));
        also(transaction, shown(*kept));
        return {};
    };
    TRY(catalog_.carry_out(wish, write, standing));
    return shown(*std::move(kept));
}

Result<ProposedRelease> Releases::decide(const std::string& service, ReleaseId id,
                                         const proposal::Decision& decision, const Also& also)
{
    const auto look = [&](Snapshot& snapshot) -> Result<proposal::Proposal> {
        const char* kind = proposal::find(snapshot, done_alone, id) ? done_alone : by_two;
        auto one = TRY(proposal::decidable(snapshot, kind, id, decision));
        if (one.subject != service)
            return base::not_found("proposal.unknown", "There is no such proposal.");
        return one;
    };
    const auto found = TRY(house_.read(look));
    std::optional<proposal::Proposal> decided;
    const auto write = [&](Transaction& transaction, const std::string& = {}) -> Result<void> {
        decided = TRY(proposal::decide(transaction, found.kind, id, decision));
        also(transaction, shown(*decided));
        return {};
    };
    if (decision.confirm && !found.alone) {
        const auto release = release_of(found.subject, found.after);
        TRY(catalog_.carry_out(release, write, found.before));
    } else {
        TRY(house_.write([&](Transaction& transaction) { return write(transaction); }));
    }
    return shown(*std::move(decided));
}

std::vector<ProposedRelease> Releases::latest(const std::string& service) const
{
    auto kept = house_.read([&](Snapshot& snapshot) {
        auto all = proposal::latest(snapshot, by_two, service, releases_shown);
        auto alone = proposal::latest(snapshot, done_alone, service, releases_shown);
        std::move(alone.begin(), alone.end(), std::back_inserter(all));
        return all;
    });
    std::sort(kept.begin(), kept.end(),
              [](const auto& one, const auto& other) { return other.id < one.id; });
    if (kept.size() > releases_shown) kept.resize(releases_shown);
    std::vector<ProposedRelease> all;
    for (auto& each : kept) all.push_back(shown(std::move(each)));
    return all;
}

}  // namespace bank::release
