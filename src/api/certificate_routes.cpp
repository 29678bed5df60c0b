// SPDX-License-Identifier: Apache-2.0
// Certificates of deposit balances: seen, downloaded and given back by whom they were issued to.
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/account/number.h>
#include <bank/statement/certificate.h>

namespace api {

namespace http = platform::http;
namespace sql = platform::sql;
namespace statement = bank::statement;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

Object certificate_shape(Institution& institution, const statement::Certificate& certificate,
                         std::string_view account_number)
{
    const auto today =
        institution.accounts.business_date(institution.accounts.ledger().clock().now());
    return {{"id", to_string(certificate.id)},
            {"number", statement::number_of(certificate)},
            {"verification_code", statement::code_of(institution.receipt_key, certificate)},
            {"account", to_string(certificate.account)},
            {"account_number", account_number},
            {"amount", shape(certificate.amount)},
            {"from", base::to_string(certificate.from)},
            {"until", base::to_string(certificate.until)},
            {"state", statement::to_string(statement::standing_of(certificate, today))},
            {"issued_at", shape(certificate.issued_at)}};
}

Result<Object> shown_certificate(sql::Snapshot& snapshot, Institution& institution,
                                 const statement::Certificate& certificate)
{
    const auto account = TRY(institution.accounts.account(snapshot, certificate.account));
    return certificate_shape(institution, certificate,
                             bank::account::masked_number(account.number));
}

Result<http::Response> list_certificates(Call& call, Parts&)
{
    Institution& institution = *call.caller->institution;
    const int limit = call.limit();
    statement::CertificateId before{};
    if (!call.cursor().empty())
        before = TRY(base::parse_id<statement::CertificateId>(call.cursor()));
    Array items;
    std::string next;
    const auto read = [&](sql::Snapshot& snapshot) -> Result<void> {
        const auto found =
            statement::certificates_of(snapshot, call.caller->customer, before, limit + 1);
        for (const auto& one : found) {
            if (static_cast<int>(items.size()) == limit) break;
            items.push_back(TRY(shown_certificate(snapshot, institution, one)));
            next = to_string(one.id);
        }
        if (static_cast<int>(found.size()) <= limit) next.clear();
        return {};
    };
    TRY(institution.book.read(read));
    Object page{{"items", std::move(items)}};
    if (!next.empty()) page.set("next_cursor", next);
    return ok(std::move(page));
}

Result<http::Response> certificate_document(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<statement::CertificateId>("certificate"));
    std::string holder;
    std::string number;
    const auto read = [&](sql::Snapshot& snapshot) -> Result<statement::Certificate> {
        auto found = TRY(statement::find_certificate(snapshot, id));
        if (found.holder != call.caller->customer) {
            return base::not_found("statement.certificate_unknown", "no such certificate");
        }
        number = TRY(institution.accounts.account(snapshot, found.account)).number;
        holder = institution.people.name(snapshot, found.holder);
        return found;
    };
    const auto found = TRY(institution.book.read(read));
    const auto* wanted = call.query.find("language");
    const auto* large = call.query.find("large");
    const std::string language{wanted == nullptr ? call.language() : wanted->text_or("zh")};
    const std::string code = statement::code_of(institution.receipt_key, found);
    const std::string paper = statement::number_of(found);
    http::Response response;
    response.set("Content-Type", "application/pdf");
    response.set("Content-Disposition", "attachment; filename=\"" + paper + ".pdf\"");
    response.set("Cache-Control", "private, no-store");
    response.body = statement::certificate_pdf(
        found, holder, number, code,
        {.bank = std::string{base::in_language(institution.facts.name, language)},
         .language = language,
         .verify_url =
             parts.authentication.relying_party.origins.front() + "/verify#" + paper + "/" + code,
         .large = large != nullptr && large->boolean_or(false),
         .utc_offset_minutes = institution.utc_offset_minutes});
    return response;
}

Result<http::Response> give_back_certificate(Call& call, Parts&)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<statement::CertificateId>("certificate"));
    const auto given = TRY(institution.book.write([&](sql::Transaction& transaction) {
        return statement::give_back(transaction, institution.accounts, call.caller->customer, id);
    }));
    return ok(TRY(institution.book.read(
        [&](sql::Snapshot& snapshot) { return shown_certificate(snapshot, institution, given); })));
}

}  // namespace

void add_certificate_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listCertificates", Access::customer, with(list_certificates));
    routes.add("getCertificateDocument", Access::customer, with(certificate_document));
    routes.add("giveBackCertificate", Access::customer, with(give_back_certificate));
}

}  // namespace api
