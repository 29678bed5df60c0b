// SPDX-License-Identifier: Apache-2.0
// The workbench's sign-in: password, then the code of an authenticator.
#include <api/routes.h>
#include <api/sessions.h>
#include <api/shapes.h>

#include <bank/authentication/password.h>
#include <bank/authentication/session.h>

namespace api {

namespace authentication = bank::authentication;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

/// A session that waits for its second factor; its token is the ticket.
Result<http::Response> staff_sign_in(Call& call, Parts& parts)
{
    const auto login = parts.house.read([&](sql::Snapshot& snapshot) {
        return authentication::find_staff_login(snapshot, call.body["username"].text_or());
    });
    const auto checked = authentication::check_password(login, call.body["password"].text_or());
    const auto settled = TRY(authentication::settled(
        parts.house.write([&](sql::Transaction& transaction)
                              -> Result<authentication::Recorded<authentication::Login>> {
            return authentication::settle_password(transaction, parts.authentication, checked,
                                                   transaction.now());
        })));
    const auto opened = TRY(parts.house.write([&](sql::Transaction& transaction) {
        return authentication::open_session(transaction, parts.authentication, settled, "password",
                                            false, transaction.now());
    }));
    return ok(Object{{"ticket", opened.token}, {"second_factor", "totp"}});
}

Object staff_shape(Parts& parts, const authentication::Session& session,
                   const bank::organisation::Staff& staff)
{
    const auto& bank = parts.catalog.bank();
    const auto strings = [](const std::vector<std::string>& list) {
        Array array;
        for (const auto& one : list) array.push_back(one);
        return array;
    };
    Array role_names;
    for (const auto& role : staff.roles) {
        const auto it = bank.roles.find(role);
        if (it != bank.roles.end()) role_names.push_back(shape(it->second.name));
    }
    Object object{{"username", staff.login},
                  {"name", staff.name},
                  {"roles", strings(staff.roles)},
                  {"role_names", std::move(role_names)},
                  {"permissions", strings(parts.organisation.permissions(staff))},
                  {"unit", staff.unit},
                  {"institutions", strings(parts.organisation.institutions(staff))},
                  {"csrf_token", session.csrf_token},
                  {"expires_at", shape(session.ends)}};
    if (const auto* institution = bank.institution(staff.institution)) {
        object.set("institution", staff.institution);
        object.set("institution_name", shape(institution->name));
    }
    if (const auto* unit = bank.unit(staff.unit)) object.set("unit_name", shape(unit->name));
    return object;
}

Result<http::Response> second_factor(Call& call, Parts& parts)
{
    const std::string ticket{call.body["ticket"].text_or()};
    auto session = TRY(parts.house.read([&](sql::Snapshot& snapshot) {
        return authentication::find_session(snapshot, parts.authentication, ticket,
                                            parts.clock.now());
    }));
    if (session.kind != authentication::SessionKind::staff) {
        return base::forbidden("authentication.session_unknown",
                               "sign in with name and password first");
    }
    TRY(authentication::settled(parts.house.write(
        [&](sql::Transaction& transaction) -> Result<authentication::Recorded<void>> {
            return authentication::settle_totp(transaction, parts.authentication, session.login,
                                               call.body["code"].text_or(), transaction.now());
        })));
    TRY(parts.house.write([&](sql::Transaction& transaction) {
        return authentication::confirm_second_factor(transaction, session.id);
    }));
    const auto staff = TRY(parts.organisation.by_id(bank::organisation::StaffId{session.subject}));
    auto response = ok(staff_shape(parts, session, staff), 201);
    add_session_cookie(response, parts, staff_cookie, ticket, session);
    return response;
}

Result<http::Response> staff_session(Call& call, Parts& parts)
{
    return ok(staff_shape(parts, call.staff->session, call.staff->staff));
}

Result<http::Response> staff_sign_out(Call& call, Parts& parts)
{
    return end_session(parts, call.staff->session, staff_cookie);
}

}  // namespace

void add_staff_session_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("staffSignIn", Access::open, with(staff_sign_in));
    routes.add("staffSecondFactor", Access::open, with(second_factor));
    routes.add("getStaffSession", Access::staff, with(staff_session));
    routes.add("staffSignOut", Access::staff, with(staff_sign_out));
}

}  // namespace api
