// SPDX-License-Identifier: Apache-2.0
// Who calls: sessions, CSRF tokens, and what they are good for.
#include <api/routes.h>

#include <platform/http/problem.h>
#include <platform/http/security.h>

namespace api {

namespace authentication = bank::authentication;
namespace http = platform::http;

namespace {

http::Response not_signed_in(const Call& call, std::string_view reason)
{
    return http::problem(401, reason, "please sign in", call.request.id);
}

/// Marks now and then that the session is in use.
void touch(Parts& parts, const authentication::Session& session)
{
    if (!authentication::is_touch_due(session, parts.clock.now())) return;
    parts.house.submit(
        [id = session.id](platform::sql::Transaction& transaction) -> base::Result<void> {
            authentication::touch_session(transaction, id, transaction.now());
            return {};
        },
        [](const base::Result<void>&) {});
}

/// The session of the cookie, held to the CSRF token where the method changes something.
std::variant<authentication::Session, http::Response> session_of(Parts& parts, const Call& call,
                                                                 std::string_view token)
{
    if (token.empty()) return not_signed_in(call, "authentication.session_missing");
    const auto session = parts.house.read([&](platform::sql::Snapshot& snapshot) {
        return authentication::find_session(snapshot, parts.authentication, token,
                                            parts.clock.now());
    });
    if (!session) return not_signed_in(call, session.error().reason);
    if (!http::is_safe(call.request.method)) {
        if (auto origin =
                http::check_origin(call.request, parts.authentication.relying_party.origins);
            !origin) {
            return http::problem(origin.error(), call.request.id);
        }
        const std::string_view csrf = call.request.header("X-CSRF-Token");
        if (!authentication::csrf_matches(session.value(), csrf)) {
            return http::problem(403,
                                 csrf.empty() ? "http.csrf_token_missing" : "http.csrf_token_wrong",
                                 "this page is out of date; load it again", call.request.id);
        }
    }
    touch(parts, session.value());
    return session.value();
}

}  // namespace

std::optional<http::Response> admit(Parts& parts, Access access, Call& call)
{
    if (access == Access::open) return std::nullopt;
    const bool for_staff = access == Access::staff;
    const std::string_view token = call.request.cookie(for_staff ? staff_cookie : customer_cookie);
    auto found = session_of(parts, call, token);
    if (auto* refusal = std::get_if<http::Response>(&found)) return std::move(*refusal);
    auto& session = std::get<authentication::Session>(found);

    if (for_staff) {
        if (session.kind != authentication::SessionKind::staff || !session.second_factor) {
            return not_signed_in(call, "authentication.second_factor_missing");
        }
        auto staff = parts.organisation.by_id(bank::organisation::StaffId{session.subject});
        if (!staff) return not_signed_in(call, staff.error().reason);
        call.staff = StaffCaller{std::move(session), std::move(staff).value()};
        return std::nullopt;
    }
    Institution* institution = parts.institution(session.book);
    if (session.kind == authentication::SessionKind::staff || institution == nullptr) {
        return not_signed_in(call, "authentication.session_unknown");
    }
    if (access == Access::customer && session.kind != authentication::SessionKind::customer) {
        return http::problem(403, "authentication.sign_in_fully",
                             "this needs your password or your passkey", call.request.id);
    }
    const bank::customer::CustomerId customer{session.subject};
    call.caller = Caller{std::move(session), std::string{token}, institution, customer};
    return std::nullopt;
}

}  // namespace api
