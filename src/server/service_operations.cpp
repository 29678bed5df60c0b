// SPDX-License-Identifier: Apache-2.0
#include <server/operations.h>

namespace server {

namespace json = platform::json;
using base::Result;
using engine::process::OperationCall;
using json::Object;
using json::Value;

Value again(std::string_view reason)
{
    return Value{Object{{"status", "again"}, {"reason", reason}}};
}

Value ok_with(Object content)
{
    content.set("status", "ok");
    return Value{std::move(content)};
}

void add_named(engine::process::OperationRegistry& registry, const OperationParts& parts,
               std::initializer_list<NamedOperation> operations)
{
    for (const auto& operation : operations) {
        registry.add(
            std::string{operation.name},
            [&parts, act = operation.act](const OperationCall& call) { return act(call, parts); });
    }
}

Result<bank::account::Account> chosen_account(const OperationCall& call,
                                              const OperationParts& parts)
{
    const auto id = TRY(base::parse_id<bank::account::AccountId>(
        argument(call, "application")["account"].text_or()));
    auto found = TRY(parts.accounts.account(call.transaction, id));
    if (found.holder != TRY(subject_of(call))) {
        return base::not_found("account.unknown", "the customer has no such account");
    }
    return found;
}

void add_service_operation(engine::process::OperationRegistry& registry)
{
    registry.add("service.do", [&registry](const OperationCall& call) -> Result<Value> {
        const std::string_view name = argument(call, "operation").text_or();
        const auto* operation = registry.find(name);
        if (operation == nullptr || name == "service.do") {
            return base::invalid("process.operation_unknown", "the service names the operation \"" +
                                                                  std::string{name} +
                                                                  "\", which there is not");
        }
        return (*operation)(call);
    });
}

}  // namespace server
