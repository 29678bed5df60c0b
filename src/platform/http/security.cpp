// SPDX-License-Identifier: Apache-2.0
#include <platform/http/security.h>

#include <algorithm>

namespace platform::http {
namespace {

base::Error cross_origin()
{
    return base::forbidden("http.cross_origin", "The request came from another site's page.");
}

}  // namespace

bool is_safe(Method method)
{
    return method == Method::get || method == Method::head || method == Method::options;
}

base::Result<void> check_origin(const Request& request, const std::vector<std::string>& origins)
{
    // Browsers send Sec-Fetch-Site only to trustworthy addresses; a page cannot forge it.
    const auto site = request.header("sec-fetch-site");
    const auto origin = request.header("origin");
    if (!origin.empty()) {
        if (std::find(origins.begin(), origins.end(), origin) != origins.end()) return {};
        const std::string own = std::string(request.secure ? "https://" : "http://") +=
            request.header("host");
        if (origin != own) return cross_origin();
    }
    if (site.empty() || site == "same-origin" || site == "none") return {};
    return cross_origin();
}

base::Result<void> CsrfCheck::operator()(const Request& request) const
{
    if (is_safe(request.method)) return {};
    const auto session = request.cookie(session_cookie);
    if (session.empty()) return {};
    TRY(check_origin(request, origins));
    const auto token = request.header("x-csrf-token");
    if (token.empty()) {
        return base::forbidden("http.csrf_token_missing", "The header X-CSRF-Token is missing.");
    }
    if (!verify(session, token)) {
        return base::forbidden("http.csrf_token_wrong",
                               "The header X-CSRF-Token does not belong to this session.");
    }
    return {};
}

}  // namespace platform::http
