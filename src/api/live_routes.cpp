// SPDX-License-Identifier: Apache-2.0
// The WebSocket by which pages learn that something changed.
#include <api/routes.h>

#include <platform/http/security.h>

namespace api {

namespace authentication = bank::authentication;
namespace http = platform::http;
namespace sql = platform::sql;

namespace {

base::Result<authentication::Session> session_of(Parts& parts, std::string_view token)
{
    return parts.house.read([&](sql::Snapshot& snapshot) {
        return authentication::find_session(snapshot, parts.authentication, token,
                                            parts.clock.now());
    });
}

struct Listening {
    authentication::SessionId session;
    std::vector<Listener> as;
};

/// Whom the cookies say: the workbench asks with `?as=staff`, since one browser may hold both
/// cookies.
base::Result<Listening> listening_of(Parts& parts, const http::Request& request)
{
    if (request.query_value("as") == "staff") {
        const auto session = TRY(session_of(parts, request.cookie(staff_cookie)));
        if (session.kind != authentication::SessionKind::staff || !session.second_factor)
            return base::forbidden("authentication.second_factor_missing", "please sign in");
        const auto staff =
            TRY(parts.organisation.by_id(bank::organisation::StaffId{session.subject}));
        Listening listening{session.id, {}};
        for (const auto& institution : parts.institutions) {
            if (parts.organisation.sees_institution(staff, institution.facts.code)) {
                listening.as.push_back({Listener::Kind::staff, institution.facts.book, 0});
            }
        }
        return listening;
    }
    const auto session = TRY(session_of(parts, request.cookie(customer_cookie)));
    if (session.kind == authentication::SessionKind::staff)
        return base::forbidden("authentication.session_unknown", "please sign in");
    return Listening{session.id, {{Listener::Kind::customer, session.book, session.subject}}};
}

}  // namespace

void add_live_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    routes.mark_handled("live");
    routes.router().add(http::SocketRoute{
        "/v1/live", http::Execution::worker,
        [&parts](const http::Request& request,
                 const std::shared_ptr<http::Socket>& socket) -> base::Result<http::SocketEvents> {
            const Listening listening = TRY(listening_of(parts, request));
            for (const Listener& listener : listening.as)
                parts.live.join(listener, listening.session, socket);
            return http::SocketEvents{};
        }});
}

}  // namespace api
