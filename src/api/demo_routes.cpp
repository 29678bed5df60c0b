// SPDX-License-Identifier: Apache-2.0
// Only where the bank runs as a demo: what phones received, authenticator codes, sign-ins.
#include <api/routes.h>
#include <api/shapes.h>

#include <platform/crypto/encoding.h>
#include <platform/crypto/otp.h>

namespace api {

namespace crypto = platform::crypto;
namespace http = platform::http;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

base::Error not_a_demo()
{
    return base::not_found("api.not_a_demo", "this bank is no demonstration");
}

Array authenticators(Parts& parts)
{
    Array items;
    const auto now = parts.clock.now();
    const auto seconds_left = crypto::totp_step_seconds -
                              now.micros / base::micros_per_second % crypto::totp_step_seconds;
    for (const auto& member : parts.catalog.bank().staff) {
        const auto secret = crypto::from_base32(member.totp_secret);
        if (!secret) continue;
        items.push_back(Object{{"username", member.login},
                               {"name", member.name},
                               {"code", crypto::hotp(secret.value(), crypto::totp_step(now))},
                               {"seconds_left", seconds_left}});
    }
    return items;
}

Result<http::Response> handset(Call& call, Parts& parts)
{
    if (!parts.catalog.bank().facts.demo) return not_a_demo();
    const auto* phone = call.query.find("phone");
    return ok(Object{{"messages", TRY(parts.handset_messages(phone == nullptr ? std::string_view{}
                                                                              : phone->text_or()))},
                     {"authenticators", authenticators(parts)}});
}

Result<http::Response> sign_ins(Call&, Parts& parts)
{
    const auto& bank = parts.catalog.bank();
    if (!bank.facts.demo) return not_a_demo();
    Array customers;
    for (const auto& person : bank.customers) {
        customers.push_back(Object{{"institution", person.institution},
                                   {"name", person.name},
                                   {"phone", person.phone},
                                   {"password", bank.customer_demo_password},
                                   {"elder_mode", person.elder_mode}});
    }
    Array staff;
    for (const auto& member : bank.staff) {
        Array roles;
        for (const auto& role : member.roles) {
            if (const auto it = bank.roles.find(role); it != bank.roles.end())
                roles.push_back(shape(it->second.name));
        }
        staff.push_back(Object{{"username", member.login},
                               {"name", member.name},
                               {"password", bank.staff_demo_password},
                               {"institution", member.institution},
                               {"roles", std::move(roles)}});
    }
    return ok(Object{{"customers", std::move(customers)},
                     {"staff", std::move(staff)},
                     {"id_cards", parts.demo_id_cards()}});
}

}  // namespace

void add_demo_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("getHandset", Access::open, with(handset));
    routes.add("getDemoSignIns", Access::open, with(sign_ins));
}

}  // namespace api
