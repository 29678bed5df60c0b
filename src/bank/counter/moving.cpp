// SPDX-License-Identifier: Apache-2.0
// Cases and the versions of their services.
#include <bank/counter/internal/impl.h>

namespace bank::counter {

using engine::process::InstanceId;
using engine::process::Move;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace json = platform::json;

namespace {

std::string definition_of(const std::string& service, int version)
{
    return service + "@" + std::to_string(version);
}

}  // namespace

std::map<int, std::int64_t> Counter::running_by_version(std::string_view service)
{
    return impl_->book.read([&](Snapshot& snapshot) {
        std::map<int, std::int64_t> running;
        auto rows = snapshot.query(
            "select definition, count(*) from counter_case where service = ?"
            " and state in ('customer', 'bank') group by definition",
            service);
        while (rows.next()) {
            const std::string definition = rows.string(0);
            running[std::atoi(definition.c_str() + definition.rfind('@') + 1)] = rows.integer(1);
        }
        return running;
    });
}

base::Result<std::vector<Move>> Counter::moves(const std::string& service, int from, int to,
                                               InstanceId after, int limit)
{
    TRY(impl_->service_of(definition_of(service, from)));
    TRY(impl_->service_of(definition_of(service, to)));
    return impl_->book.read([&](Snapshot& snapshot) {
        return impl_->engine.moves(snapshot, definition_of(service, from),
                                   definition_of(service, to), after, limit);
    });
}

base::Result<void> Counter::move(const Move& move, const std::string& service, int to,
                                 const std::string& who, const std::string& why, const Also& also)
{
    const auto other = TRY(impl_->service_of(definition_of(service, to)));
    const auto id = base::parse_id<CaseId>(move.business_key);
    const json::Object variables{{"service", json::Object{{"code", json::Value{other->code}},
                                                          {"version", json::Value{other->version}},
                                                          {"settings", other->settings}}}};
    return impl_->engine.move(move.instance, other->definition_name(), who, why, variables,
                              [&](Transaction& transaction) -> base::Result<void> {
                                  if (id) {
                                      transaction.execute(
                                          "update counter_case set definition = ? where id = ?",
                                          other->definition_name(), id.value());
                                  }
                                  if (also != nullptr) return also(transaction);
                                  return {};
                              });
}

}  // namespace bank::counter
