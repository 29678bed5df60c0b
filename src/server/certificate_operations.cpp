// SPDX-License-Identifier: Apache-2.0
#include <server/operations.h>

#include <bank/account/number.h>
#include <bank/statement/certificate.h>

namespace server {

namespace statement = bank::statement;
using base::Result;
using engine::process::OperationCall;
using platform::json::Object;
using platform::json::Value;

namespace {

/// What the form asks to have certified.
Result<statement::CertificateWish> certificate_wish(const OperationCall& call,
                                                    const OperationParts& parts)
{
    const Value& form = argument(call, "application");
    const auto account = TRY(chosen_account(call, parts));
    const auto until = TRY(base::parse_date(form["until"].text_or()));
    return statement::CertificateWish{
        .key = std::string{call.business_key},
        .holder = account.holder,
        .account = account.id,
        .amount = TRY(base::parse_money(form["amount"].text_or(), account.unit)),
        .until = until,
        .ends_at = parts.institution.business_calendar.at({until.days + 1}, 0)};
}

/// What would be certified, to be seen once more.
Result<Value> check_certificate(const OperationCall& call, const OperationParts& parts)
{
    const auto wish = certificate_wish(call, parts);
    if (!wish) return again(wish.error().reason);
    const auto account = statement::check_wish(call.transaction, parts.accounts, wish.value());
    if (!account) return again(account.error().reason);
    return ok_with({{"account", bank::account::masked_number(account.value().number)},
                    {"amount", base::to_decimal(wish.value().amount)},
                    {"until", base::to_string(wish.value().until)}});
}

Result<Value> issue_certificate(const OperationCall& call, const OperationParts& parts)
{
    const auto wish = TRY(certificate_wish(call, parts));
    const auto issued = statement::certify(call.transaction, parts.accounts, wish);
    if (!issued && issued.error().reason == "statement.certificate_not_covered") {
        return again(issued.error().reason);
    }
    const auto& certificate = TRY(issued);
    return ok_with({{"certificate", to_string(certificate.id)},
                    {"certificate_number", statement::number_of(certificate)},
                    {"amount", base::to_decimal(certificate.amount)},
                    {"until", base::to_string(certificate.until)}});
}

}  // namespace

void add_certificate_operations(engine::process::OperationRegistry& registry,
                                const OperationParts& parts)
{
    add_named(registry, parts,
              {
                  {"certificate.check", check_certificate},
                  {"certificate.issue", issue_certificate},
              });
}

}  // namespace server
