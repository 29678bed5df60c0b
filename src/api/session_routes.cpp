// SPDX-License-Identifier: Apache-2.0
// Proving who one is: phone code, password, the session itself.
#include <api/routes.h>
#include <api/sessions.h>
#include <api/shapes.h>

#include <bank/authentication/code.h>
#include <bank/authentication/password.h>
#include <bank/customer/mask.h>
#include <bank/customer/person.h>
#include <platform/crypto/password.h>
#include <platform/http/problem.h>

#include <array>

namespace api {

namespace authentication = bank::authentication;
namespace customer = bank::customer;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Object;

namespace {

constexpr std::string_view sign_in_purpose = "sign-in";

Result<http::Response> send_code(Call& call, Parts& parts)
{
    Institution* institution = TRY(institution_of(parts, call.body));
    if (const auto wait_ms = parts.codes_per_address.take(call.request.peer); wait_ms > 0) {
        auto response =
            http::problem(429, "authentication.code_cap",
                          "too many codes were asked for from here; wait a while", call.request.id);
        response.set("Retry-After", std::to_string(wait_ms / 1000 + 1));
        return response;
    }
    const auto issued = TRY(parts.house.write([&](sql::Transaction& transaction) {
        return authentication::issue_code(transaction, parts.authentication, sign_in_purpose,
                                          call.body["phone"].text_or(), {}, transaction.now());
    }));
    const auto& policy = parts.authentication.policy;
    TRY(parts.send_sms(*institution, issued.phone, "authentication.sign-in-code",
                       Object{{"code", issued.code}, {"minutes", policy.code_seconds / 60}},
                       call.language()));
    return ok(Object{{"expires_at", shape(issued.expires)},
                     {"resend_after_seconds", policy.code_resend_seconds}},
              202);
}

/// Keeps the language in which the person is to be written to, where it is another than before.
Result<void> keep_language(sql::Transaction& transaction, customer::CustomerId person,
                           std::string_view language)
{
    if (language.empty() || customer::language_of(transaction, person) == language) return {};
    return customer::set_language(transaction, person, language);
}

/// The language of the call where it names one; else none.
std::string_view asked_language(const Call& call)
{
    return call.request.header("Accept-Language").empty() ? std::string_view{} : call.language();
}

/// The record of a proven phone in the institution: a customer's, or one that holds the phone
/// alone.
Result<customer::CustomerId> person_of_phone(sql::Transaction& transaction,
                                             const Institution& institution, std::string_view phone)
{
    const auto known = customer::find_by_phone(transaction, institution.vault, phone);
    if (!known.empty()) return known.front();
    return customer::create(
        transaction, institution.vault,
        customer::Fields{{std::string{customer::field::phone}, std::string{phone}}},
        customer::Knowledge::claimed);
}

Result<http::Response> sign_in_with_code(Call& call, Parts& parts)
{
    Institution* institution = TRY(institution_of(parts, call.body));
    const std::string_view phone = call.body["phone"].text_or();
    TRY(authentication::settled(parts.house.write(
        [&](sql::Transaction& transaction) -> Result<authentication::Recorded<void>> {
            const auto code = authentication::latest_code(transaction, parts.authentication,
                                                          sign_in_purpose, phone);
            return authentication::redeem_code(
                transaction, parts.authentication, code.value_or(authentication::CodeId{}),
                sign_in_purpose, phone, {}, call.body["code"].text_or(), transaction.now());
        })));
    const auto enter = [&](sql::Transaction& transaction) -> Result<customer::CustomerId> {
        const auto id = TRY(person_of_phone(transaction, *institution, phone));
        TRY(keep_language(transaction, id, asked_language(call)));
        return id;
    };
    const auto person = TRY(institution->book.write(enter));
    auto opened = TRY(parts.house.write([&](sql::Transaction& transaction) {
        return authentication::open_session(transaction, parts.authentication,
                                            {.kind = authentication::SessionKind::visitor,
                                             .book = institution->facts.book,
                                             .subject = person.value,
                                             .method = "code",
                                             .phone = phone},
                                            transaction.now());
    }));
    return session_opened(parts, opened);
}

Result<http::Response> sign_in_with_password(Call& call, Parts& parts)
{
    const Institution* institution = TRY(institution_of(parts, call.body));
    const auto login =
        parts.house.read([&](sql::Snapshot& snapshot) -> std::optional<authentication::Login> {
            for (auto& one : authentication::find_logins_by_phone(snapshot, parts.authentication,
                                                                  call.body["phone"].text_or())) {
                if (one.book == institution->facts.book && one.active) return std::move(one);
            }
            return std::nullopt;
        });
    const auto checked = authentication::check_password(login, call.body["password"].text_or());
    const auto settled = TRY(authentication::settled(
        parts.house.write([&](sql::Transaction& transaction)
                              -> Result<authentication::Recorded<authentication::Login>> {
            return authentication::settle_password(transaction, parts.authentication, checked,
                                                   transaction.now());
        })));
    return open_for_login(parts, call, settled, "password");
}

Result<http::Response> session(Call& call, Parts& parts)
{
    return ok(session_shape(parts, call.caller->session));
}

Result<http::Response> sign_out(Call& call, Parts& parts)
{
    return end_session(parts, call.caller->session, customer_cookie);
}

Result<http::Response> set_password(Call& call, Parts& parts)
{
    const Caller& caller = *call.caller;
    const auto login = TRY(login_of(parts, caller));
    if (!login.password_hash.empty()) {
        if (caller.session.kind != authentication::SessionKind::customer) {
            return base::forbidden("authentication.sign_in_fully",
                                   "sign in with your password to change it");
        }
        const auto checked =
            authentication::check_password(login, call.body["present_password"].text_or());
        TRY(authentication::settled(
            parts.house.write([&](sql::Transaction& transaction)
                                  -> Result<authentication::Recorded<authentication::Login>> {
                return authentication::settle_password(transaction, parts.authentication, checked,
                                                       transaction.now());
            })));
    }
    const auto fields = caller.institution->book.read([&](sql::Snapshot& snapshot) {
        return customer::read_fields(snapshot, caller.institution->vault, caller.customer, {});
    });
    std::vector<std::string> personal;
    if (fields) {
        for (const auto name :
             {customer::field::phone, customer::field::birth_date, customer::field::id_number}) {
            if (const auto it = fields.value().find(name); it != fields.value().end())
                personal.push_back(it->second);
        }
    }
    const std::string password{call.body["password"].text_or()};
    TRY(authentication::check_password_rules(password, personal));
    const std::string hash = platform::crypto::hash_password(password);
    const auto set = [&](sql::Transaction& transaction) -> Result<void> {
        TRY(authentication::set_password(transaction, login.id, hash));
        if (!login.password_hash.empty())
            authentication::end_sessions(transaction, login.id, caller.session.id);
        return {};
    };
    TRY(parts.house.write(set));
    if (!login.password_hash.empty()) {
        parts.live.end_others(
            {Listener::Kind::customer, caller.session.book, caller.session.subject},
            caller.session.id);
    }
    return no_content();
}

Result<http::Response> me(Call& call, Parts& parts)
{
    const Caller& caller = *call.caller;
    const auto fields = TRY(caller.institution->book.read([&](sql::Snapshot& snapshot) {
        return customer::masked_fields(snapshot, caller.institution->vault, caller.customer);
    }));
    const auto text = [&](std::string_view name) {
        const auto it = fields.find(name);
        return it == fields.end() ? std::string{} : it->second;
    };
    const auto [has_password, passkeys] = parts.house.read([&](sql::Snapshot& snapshot) {
        const auto login = authentication::find_customer_login(
            snapshot, caller.institution->facts.book, caller.customer.value);
        const std::int64_t count =
            login
                ? static_cast<std::int64_t>(authentication::passkeys_of(snapshot, login->id).size())
                : 0;
        return std::pair{login && !login->password_hash.empty(), count};
    });
    return ok(Object{{"name", text(customer::field::name)},
                     {"phone", text(customer::field::phone)},
                     {"id_number", text(customer::field::id_number)},
                     {"has_password", has_password},
                     {"passkeys", passkeys}});
}

Result<http::Response> set_language(Call& call, Parts&)
{
    const Caller& caller = *call.caller;
    TRY(caller.institution->book.write([&](sql::Transaction& transaction) {
        return keep_language(transaction, caller.customer, call.body["language"].text_or());
    }));
    return no_content();
}

}  // namespace

Result<Institution*> institution_of(Parts& parts, const platform::json::Value& body)
{
    Institution* institution = parts.institution(body["institution"].text_or());
    if (institution == nullptr)
        return base::not_found("api.institution_unknown", "there is no such institution");
    return institution;
}

platform::json::Value session_shape(Parts& parts, const authentication::Session& session)
{
    Institution& institution = *parts.institution(session.book);
    const customer::CustomerId person{session.subject};
    const auto [fields, known] = institution.book.read([&](sql::Snapshot& snapshot) {
        auto masked = customer::masked_fields(snapshot, institution.vault, person);
        return std::pair{masked ? std::move(masked).value() : customer::Fields{},
                         !institution.accounts.of_holder(snapshot, person).empty()};
    });
    Object object{
        {"kind", session.kind == authentication::SessionKind::customer ? "customer" : "phone"},
        {"institution", institution.facts.code},
        {"phone", ""},
        {"customer_known", known},
        {"csrf_token", session.csrf_token},
        {"expires_at", shape(session.ends)}};
    if (const auto it = fields.find(customer::field::phone); it != fields.end())
        object.set("phone", it->second);
    if (const auto it = fields.find(customer::field::name); it != fields.end())
        object.set("name", it->second);
    return object;
}

void add_session_cookie(http::Response& response, const Parts& parts, std::string_view cookie,
                        std::string_view token, const authentication::Session& session)
{
    const auto life_s = (session.ends.micros - session.created.micros) / base::micros_per_second;
    response.add("Set-Cookie", http::to_string(http::Cookie{std::string{cookie}, std::string{token},
                                                            life_s, parts.secure_cookies}));
}

Result<http::Response> end_session(Parts& parts, const authentication::Session& session,
                                   std::string_view cookie)
{
    TRY(parts.house.write([&](sql::Transaction& transaction) -> Result<void> {
        authentication::end_session(transaction, session.id);
        return {};
    }));
    parts.live.end(session.id);
    auto response = no_content();
    response.add("Set-Cookie",
                 http::to_string(http::Cookie{std::string{cookie}, "", -1, parts.secure_cookies}));
    return response;
}

http::Response session_opened(Parts& parts, const authentication::OpenedSession& opened)
{
    auto response = ok(session_shape(parts, opened.session), 201);
    add_session_cookie(response, parts, customer_cookie, opened.token, opened.session);
    return response;
}

Result<authentication::Login> login_of(Parts& parts, const Caller& caller)
{
    const int book = caller.institution->facts.book;
    const auto find = [&](sql::Snapshot& snapshot) {
        return authentication::find_customer_login(snapshot, book, caller.customer.value);
    };
    if (caller.session.login) {
        return parts.house.read([&](sql::Snapshot& snapshot) {
            return authentication::find_login(snapshot, caller.session.login);
        });
    }
    if (auto login = parts.house.read(find)) return std::move(*login);

    // The first to come after an account was opened makes the login; books share no unit of work.
    const auto find_phone = [&](sql::Snapshot& snapshot) -> Result<std::string> {
        if (caller.institution->accounts.of_holder(snapshot, caller.customer).empty()) {
            return base::forbidden("authentication.no_login", "an account comes first");
        }
        constexpr std::array names{customer::field::phone};
        const auto fields =
            TRY(customer::read_fields(snapshot, caller.institution->vault, caller.customer, names));
        const auto it = fields.find(customer::field::phone);
        return it == fields.end() ? std::string{} : it->second;
    };
    const auto phone = TRY(caller.institution->book.read(find_phone));
    const auto create = [&](sql::Transaction& transaction) -> Result<void> {
        if (find(transaction)) return {};
        TRY(authentication::create_customer_login(transaction, parts.authentication, book,
                                                  caller.customer.value, phone, transaction.now()));
        return {};
    };
    TRY(parts.house.write(create));
    return *parts.house.read(find);
}

Result<http::Response> open_for_login(Parts& parts, const Call& call,
                                      const authentication::Login& login, std::string_view method)
{
    Institution& institution = *parts.institution(login.book);
    const customer::CustomerId person{login.subject};
    const std::string_view language = asked_language(call);
    const std::string known = institution.book.read(
        [&](sql::Snapshot& snapshot) { return customer::language_of(snapshot, person); });
    if (!language.empty() && known != language) {
        TRY(institution.book.write([&](sql::Transaction& transaction) {
            return keep_language(transaction, person, language);
        }));
    }
    auto opened = TRY(parts.house.write([&](sql::Transaction& transaction) {
        return authentication::open_session(transaction, parts.authentication, login, method, false,
                                            transaction.now());
    }));
    return session_opened(parts, opened);
}

void add_session_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("sendCode", Access::open, with(send_code));
    routes.add("signInWithCode", Access::open, with(sign_in_with_code));
    routes.add("signInWithPassword", Access::open, with(sign_in_with_password));
    routes.add("getSession", Access::phone, with(session));
    routes.add("signOut", Access::phone, with(sign_out));
    routes.add("setPassword", Access::phone, with(set_password));
    routes.add("getMe", Access::phone, with(me));
    routes.add("setLanguage", Access::phone, with(set_language));
}

}  // namespace api
