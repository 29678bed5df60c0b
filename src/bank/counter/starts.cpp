// SPDX-License-Identifier: Apache-2.0
// Cases that begin by a message or by the clock: about nobody, until the process finds whom.
#include <bank/counter/internal/impl.h>

#include <algorithm>

namespace bank::counter {

using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace json = platform::json;

json::Object case_variables(CaseId id, const catalog::Service& service, json::Object who)
{
    return {{"case", json::Object{{"id", json::Value{base::to_string(id)}}}},
            {"applicant", std::move(who)},
            {"service", json::Object{{"code", json::Value{service.code}},
                                     {"version", json::Value{service.version}},
                                     {"settings", service.settings}}}};
}

bool Counter::Impl::offers(const catalog::Service& service) const
{
    const auto& offered = catalog.bank().institution(institution)->services;
    return std::any_of(offered.begin(), offered.end(), [&](const std::string& each) {
        return each == "*" || each == service.code;
    });
}

/// The engine's starts by event follow the versions on offer.
void Counter::Impl::deploy_starts()
{
    std::vector<std::string> wanted;
    for (const auto& offered : catalog.services()) {
        const auto service = catalog.service_for(offered->code, institution, {});
        if (offers(*service) && !service->process->event_starts().empty()) {
            wanted.push_back(service->definition_name());
        }
    }
    {
        const std::lock_guard lock{deployed_mutex_};
        if (deployed_ == wanted) return;
    }
    const auto written = book.write([&](Transaction& transaction) -> base::Result<void> {
        for (const std::string& service : engine.deployed(transaction)) {
            const bool stays =
                std::any_of(wanted.begin(), wanted.end(), [&](const std::string& definition) {
                    return definition.substr(0, definition.rfind('@')) == service;
                });
            if (!stays) engine.retire(transaction, service);
        }
        for (const std::string& definition : wanted) TRY(engine.deploy(transaction, definition));
        return {};
    });
    if (!written) return;  // The next poll tries again.
    const std::lock_guard lock{deployed_mutex_};
    deployed_ = std::optional{std::move(wanted)};
}

/// Gives an instance that begins by itself its case.
base::Result<void> Counter::Impl::begin_case(Transaction& transaction,
                                             engine::process::Start& start)
{
    const auto service = TRY(service_of(start.definition));
    const auto id = transaction.new_id<CaseId>();
    transaction.execute(
        "insert into counter_case(id, service, definition, instance, applicant, state, label,"
        " started_at) values (?, ?, ?, 0, '', 'bank', '', ?)",
        id, service->code, start.definition, transaction.now());
    start.business_key = base::to_string(id);
    start.variables = case_variables(id, *service, {{"id", ""}});
    return {};
}

}  // namespace bank::counter
