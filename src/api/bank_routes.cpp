// SPDX-License-Identifier: Apache-2.0
// What the bank is and offers; no sign-in.
#include <api/routes.h>
#include <api/shapes.h>

#include <map>

namespace api {

namespace http = platform::http;
using platform::json::Array;
using platform::json::Object;

namespace {

base::Result<http::Response> bank(Call& call, Parts& parts)
{
    const auto& facts = parts.catalog.bank().facts;
    // By the number of their books, so that the order is the bank's and not that of file names.
    std::map<int, const bank::catalog::Institution*> by_book;
    for (const auto& institution : parts.catalog.bank().institutions) {
        by_book.emplace(institution.book, &institution);
    }
    Array institutions;
    for (const auto& [number, found] : by_book) {
        const auto& institution = *found;
        institutions.push_back(Object{{"code", institution.code},
                                      {"name", shape(institution.name)},
                                      {"short_name", shape(institution.short_name)},
                                      {"time_zone", institution.time_zone}});
    }
    Array languages;
    for (const auto& locale : facts.locales) languages.push_back(locale);
    (void)call;
    return ok(Object{{"name", shape(facts.name)},
                     {"short_name", shape(facts.short_name)},
                     {"service_phone", facts.service_phone},
                     {"demo", facts.demo},
                     {"languages", std::move(languages)},
                     {"brand", parts.catalog.bank().brand},
                     {"institutions", std::move(institutions)}});
}

base::Result<http::Response> services(Call&, Parts& parts)
{
    Array items;
    for (const auto& service : parts.catalog.services())
        items.push_back(service_shape(*service, false));
    return ok(Object{{"items", std::move(items)}});
}

base::Result<http::Response> service(Call& call, Parts& parts)
{
    const auto found = parts.catalog.service(call.request.parameter("service"));
    if (found == nullptr)
        return base::not_found("case.service_unknown", "there is no such service");
    return ok(service_shape(*found, true));
}

base::Result<http::Response> search(Call& call, Parts& parts)
{
    Array items;
    for (const auto& hit : parts.catalog.search(call.query.find("q")->text_or())) {
        items.push_back(Object{{"kind", "service"},
                               {"id", hit.service->code},
                               {"title", shape(hit.service->name)},
                               {"summary", shape(hit.service->summary)},
                               {"score", hit.score}});
    }
    return ok(Object{{"items", std::move(items)}});
}

}  // namespace

void add_bank_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("getBank", Access::open, with(bank));
    routes.add("listServices", Access::open, with(services));
    routes.add("getService", Access::open, with(service));
    routes.add("search", Access::open, with(search));
}

void add_system_routes(Routes& routes, const Contract& contract)
{
    Parts& parts = routes.parts();
    const Routes::Options at_once{.execution = http::Execution::io};
    routes.add(
        "health", Access::open,
        [](Call&) -> base::Result<http::Response> {
            return ok(Object{{"status", "serving"}});
        },
        at_once);
    routes.add(
        "contract", Access::open,
        [&contract](Call&) -> base::Result<http::Response> {
            return http::json_response(200, contract.text());
        },
        at_once);
    routes.add(
        "metrics", Access::open,
        [&parts](Call& call) -> base::Result<http::Response> {
            if (call.request.peer != "127.0.0.1" && call.request.peer != "::1") {
                return base::forbidden("api.local_only", "figures are given to this machine alone");
            }
            auto response = http::text_response(200, parts.metrics.exposition());
            response.set("Content-Type", "text/plain; version=0.0.4");
            return response;
        },
        at_once);
}

}  // namespace api
