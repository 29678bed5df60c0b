// SPDX-License-Identifier: Apache-2.0
// The open API for audit firms: confirmation letters, asked for and fetched by one signed request.
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/customer/person.h>
#include <bank/letter/letters.h>

#include <algorithm>

namespace api {

namespace http = platform::http;
namespace letter = bank::letter;
namespace sql = platform::sql;
using base::Result;
using platform::json::Object;

namespace {

bool is_auditor(const Parts& parts, std::string_view partner)
{
    return std::ranges::any_of(parts.catalog.bank().partners, [&](const auto& one) {
        return one.code == partner && one.kind == "auditor";
    });
}

Object letter_shape(const Institution& institution, const letter::Letter& asked)
{
    Object object{{"status", letter::to_string(asked.state)},
                  {"number", asked.number},
                  {"as_of", base::to_string(asked.as_of)},
                  {"asked_at", shape(asked.asked_at)}};
    if (asked.state == letter::LetterState::declined) object.set("reason", asked.reason);
    if (asked.state != letter::LetterState::answered) return object;
    object.set("answer_number", letter::number_of(asked));
    object.set("verification_code", letter::code_of(institution.receipt_key, asked));
    object.set("answered_at", shape(*asked.answered_at));
    object.set("accounts", asked.figures);
    return object;
}

/// Those who may speak for the company hear of a new letter; it waits for them whether they do or
/// not.
void tell_agents(Parts& parts, Institution& institution, const letter::Letter& asked)
{
    for (const auto agent : institution.book.read(
             [&](sql::Snapshot& snapshot) { return letter::agents_of(snapshot, asked.company); })) {
        const auto phone = institution.book.read([&](sql::Snapshot& snapshot) {
            return bank::customer::read_field(snapshot, institution.vault, agent,
                                              bank::customer::field::phone);
        });
        const std::string language = institution.book.read(
            [&](sql::Snapshot& snapshot) { return bank::customer::language_of(snapshot, agent); });
        if (!phone) continue;
        (void)parts.send_sms(
            institution, phone.value(), "letter.asked",
            Object{{"number", asked.number}, {"day", base::to_string(asked.as_of)}},
            language.empty() ? "zh" : language);
    }
}

Result<letter::Asked> take_letter(Institution& institution, const Parts::PartnerRequest& asked)
{
    const std::string credit_code{asked.content["company"].text_or()};
    const auto company = institution.book.read([&](sql::Snapshot& snapshot) {
        return bank::customer::find_by_id_number(snapshot, institution.vault, credit_code);
    });
    if (!company)
        return base::not_found("letter.company_unknown", "this company has no account here");
    const auto day = base::parse_date(asked.content["as_of"].text_or());
    if (!day) return base::invalid("letter.day_malformed", "the day of the figures is no date");
    return institution.book.write([&](sql::Transaction& transaction) {
        return letter::ask(
            transaction,
            {asked.partner, std::string{asked.content["number"].text_or()}, *company, day.value()},
            institution.accounts.business_date(transaction.now()));
    });
}

/// Asked again with the same number, it answers what became of the letter.
Result<http::Response> confirmation_letter(Call& call, Parts& parts)
{
    const auto asked = TRY(parts.accept_from_partner(call.request));
    Institution* institution = parts.institution(asked.institution);
    base::ensure(institution != nullptr);
    if (!is_auditor(parts, asked.partner) || asked.type != "letter")
        return base::not_found("partner.notice_unknown", "nothing is known of such notices");
    const auto taken = take_letter(*institution, asked);
    auto response = ok(taken ? letter_shape(*institution, taken.value().letter)
                             : Object{{"status", "refused"}, {"reason", taken.error().reason}});
    parts.sign_for_partner(asked.partner, call.request, response);
    if (taken && taken.value().fresh) tell_agents(parts, *institution, taken.value().letter);
    return response;
}

}  // namespace

void add_letter_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    routes.add("partnerConfirmationLetter", Access::open,
               [&parts](Call& call) { return confirmation_letter(call, parts); });
}

}  // namespace api
