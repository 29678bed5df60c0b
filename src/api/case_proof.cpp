// SPDX-License-Identifier: Apache-2.0
#include <api/case_proof.h>

#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>
#include <platform/crypto/password.h>

namespace api {

namespace authentication = bank::authentication;
namespace json = platform::json;
using base::Result;

authentication::Content content_of_case(std::string_view case_id, const json::Value& entered)
{
    const auto hash =
        platform::crypto::sha256(platform::crypto::as_bytes(json::canonical(entered)));
    return {"service.case",
            {{"case", std::string{case_id}}, {"entered", platform::crypto::to_hex(hash)}}};
}

authentication::Content content_of_code(std::string_view case_id)
{
    return {"service.phone", {{"case", std::string{case_id}}}};
}

bank::counter::Secrets case_secrets(Parts& parts)
{
    return [&parts](const bank::catalog::FormSection& section,
                    const engine::process::Instance& instance, json::Object& data) -> Result<void> {
        for (const auto& [field, input] : section.secrets) {
            const json::Value* given = data.find(field);
            if (given == nullptr) continue;
            const std::string text{given->text_or()};
            if (input == "pin") {
                data.set(field, platform::crypto::hash_password(text));
                continue;
            }
            const json::Value* entered = instance.variables.find("application");
            const std::string phone{entered == nullptr ? "" : (*entered)["phone"].text_or()};
            const auto content = authentication::digest(content_of_code(instance.business_key));
            TRY(authentication::settled(
                parts.house.write([&](platform::sql::Transaction& transaction)
                                      -> Result<authentication::Recorded<void>> {
                    const auto code = authentication::latest_code(transaction, parts.authentication,
                                                                  case_code_purpose, phone);
                    return authentication::redeem_code(
                        transaction, parts.authentication, code.value_or(authentication::CodeId{}),
                        case_code_purpose, phone, content, text, transaction.now());
                })));
            data.set(field, code_was_right);
        }
        return {};
    };
}

Result<CaseProof> provable_case(Call& call, std::string_view case_id)
{
    auto& counter = call.caller->institution->counter;
    const auto id = TRY(base::parse_id<bank::counter::CaseId>(case_id));
    const auto view = TRY(counter.view(id, call.caller->applicant()));
    if (!view.step || view.step->section["widget"].text_or() != "proof") {
        return base::conflict("case.step_not_current", "nothing is to be proven now");
    }
    const auto instance = TRY(counter.instance(id));
    const json::Value* entered = instance.variables.find("application");
    const std::string_view asked = view.service->settings["proof"].text_or("password");
    const auto method = asked == "sms"       ? authentication::Method::code
                        : asked == "passkey" ? authentication::Method::passkey
                                             : authentication::Method::password;
    return CaseProof{method,
                     content_of_case(case_id, entered == nullptr ? json::Value{} : *entered),
                     std::string{base::in_language(view.service->name, call.language())}};
}

}  // namespace api
