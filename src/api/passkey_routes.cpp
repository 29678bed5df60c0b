// SPDX-License-Identifier: Apache-2.0
// Passkeys: registering one, and signing in with one.
#include <api/routes.h>
#include <api/sessions.h>
#include <api/shapes.h>

#include <bank/authentication/passkey.h>
#include <bank/customer/person.h>
#include <platform/crypto/encoding.h>

#include <algorithm>

namespace api {

namespace authentication = bank::authentication;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Object;

namespace {

/// The browser sends a ceremony's id back beside the credential's own members.
Result<authentication::CeremonyId> ceremony_of(const platform::json::Value& credential)
{
    return base::parse_id<authentication::CeremonyId>(credential["ceremony"].text_or());
}

Object with_ceremony(authentication::Ceremony ceremony)
{
    Object options = std::move(ceremony.options);
    options.set("ceremony", to_string(ceremony.id));
    return options;
}

/// Whether one of the caller's cases waits for a passkey.
bool asked_for_passkey(const Caller& caller)
{
    const auto page = caller.institution->counter.list(caller.applicant(), "", 20);
    return page && std::ranges::any_of(page.value().cases, [](const bank::counter::CaseView& view) {
               return view.step && view.step->section["widget"].text_or() == "passkey";
           });
}

/// The login that may get a passkey now. A phone alone adds one only where a case asks for it: the
/// case that has just opened the account.
Result<authentication::LoginId> login_for_passkey(Parts& parts, const Caller& caller)
{
    if (caller.session.kind != authentication::SessionKind::customer &&
        !asked_for_passkey(caller)) {
        return base::forbidden("authentication.sign_in_fully",
                               "sign in with your password to add a passkey");
    }
    return TRY(login_of(parts, caller)).id;
}

Object passkey_shape(const authentication::Passkey& passkey)
{
    return Object{{"id", platform::crypto::to_base64url(passkey.credential_id)},
                  {"created_at", shape(passkey.created)},
                  {"last_used_at", shape(passkey.last_used)}};
}

Result<http::Response> registration_options(Call& call, Parts& parts)
{
    const Caller& caller = *call.caller;
    const auto login = TRY(login_for_passkey(parts, caller));
    const auto fields = TRY(caller.institution->book.read([&](sql::Snapshot& snapshot) {
        return bank::customer::masked_fields(snapshot, caller.institution->vault, caller.customer);
    }));
    const auto phone = fields.find(bank::customer::field::phone);
    const std::string shown = phone == fields.end() ? std::string{"Yungui"} : phone->second;
    return ok(with_ceremony(TRY(parts.house.write([&](sql::Transaction& transaction) {
        return authentication::begin_registration(transaction, parts.authentication, login, shown,
                                                  transaction.now());
    }))));
}

Result<http::Response> add_passkey(Call& call, Parts& parts)
{
    const auto login = TRY(login_for_passkey(parts, *call.caller));
    const auto ceremony = TRY(ceremony_of(call.body));
    const auto checked = TRY(parts.house.read([&](sql::Snapshot& snapshot) {
        return authentication::check_registration(snapshot, parts.authentication, ceremony, login,
                                                  call.body, parts.clock.now());
    }));
    TRY(parts.house.write([&](sql::Transaction& transaction) {
        return authentication::finish_registration(transaction, checked, login, "",
                                                   transaction.now());
    }));
    return ok(Object{{"id", platform::crypto::to_base64url(checked.credential_id)},
                     {"created_at", shape(parts.clock.now())}},
              201);
}

Result<http::Response> passkeys(Call& call, Parts& parts)
{
    const auto login = TRY(login_of(parts, *call.caller)).id;
    platform::json::Array items;
    const auto all = parts.house.read(
        [&](sql::Snapshot& snapshot) { return authentication::passkeys_of(snapshot, login); });
    for (const auto& passkey : all) items.push_back(passkey_shape(passkey));
    return ok(Object{{"items", std::move(items)}});
}

Result<http::Response> sign_in_options(Call& call, Parts& parts)
{
    TRY(institution_of(parts, call.body));
    return ok(with_ceremony(TRY(
        parts.house.write([&](sql::Transaction& transaction) -> Result<authentication::Ceremony> {
            return authentication::begin_passkey_sign_in(transaction, parts.authentication,
                                                         transaction.now());
        }))));
}

Result<http::Response> passkey_sign_in(Call& call, Parts& parts)
{
    const auto ceremony = TRY(ceremony_of(call.body));
    const auto checked = TRY(parts.house.read([&](sql::Snapshot& snapshot) {
        return authentication::check_assertion(snapshot, parts.authentication, ceremony, call.body,
                                               parts.clock.now());
    }));
    const auto login = TRY(parts.house.write([&](sql::Transaction& transaction) {
        return authentication::finish_passkey_sign_in(transaction, checked, transaction.now());
    }));
    return open_for_login(parts, call, login, "passkey");
}

}  // namespace

void add_passkey_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("passkeyRegistrationOptions", Access::phone, with(registration_options));
    routes.add("addPasskey", Access::phone, with(add_passkey));
    routes.add("listPasskeys", Access::phone, with(passkeys));
    routes.add("passkeySignInOptions", Access::open, with(sign_in_options));
    routes.add("signInWithPasskey", Access::open, with(passkey_sign_in));
}

}  // namespace api
