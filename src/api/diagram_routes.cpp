// SPDX-License-Identifier: Apache-2.0
// What a deployed service looks like, and where its cases stand on it.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <engine/process/passages.h>

#include <algorithm>
#include <map>

namespace api {

namespace http = platform::http;
namespace process = engine::process;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr int incidents_on_diagram = 1000;

struct PlaceOnDiagram {
    std::int64_t standing = 0;
    std::int64_t incidents = 0;
    std::int64_t passed = 0;
    std::int64_t median_seconds = 0;  // The slowest institution's.
    std::int64_t longest_seconds = 0;
};

void look_at_places(Institution& institution, const std::string& definition,
                    std::map<std::string, PlaceOnDiagram>& places)
{
    institution.book.read([&](sql::Snapshot& snapshot) {
        auto& engine = institution.counter.engine();
        for (const auto& each : engine.standing(snapshot)) {
            if (each.definition == definition) places[each.element].standing += each.count;
        }
        for (const auto& each : engine.incidents(snapshot, incidents_on_diagram)) {
            if (each.definition == definition) ++places[each.element].incidents;
        }
        for (const auto& each : process::passages(snapshot, definition)) {
            PlaceOnDiagram& place = places[each.element];
            place.passed += each.instances;
            place.median_seconds = std::max(place.median_seconds, each.median_seconds);
            place.longest_seconds = std::max(place.longest_seconds, each.longest_seconds);
        }
    });
}

/// The files of the service that a viewer draws, by their kind.
Array drawings(const bank::catalog::Service& service, std::string_view ending)
{
    Array files;
    for (const auto& [name, text] : service.files) {
        if (name.ends_with(ending)) files.push_back(Object{{"name", name}, {"xml", text}});
    }
    return files;
}

Result<http::Response> diagram(Call& call, Parts& parts)
{
    const auto institutions = TRY(institutions_for(
        call, parts,
        parts.organisation.may(call.staff->staff, "service.view") ? "service.view" : "task.view"));
    auto service = parts.catalog.service(call.request.parameter("service"));
    if (service == nullptr)
        return base::not_found("case.service_unknown", "there is no such service");
    if (const auto* version = call.query.find("version")) {
        service =
            parts.catalog.version(service->code + "@" + std::to_string(version->integer_or(0)));
        if (service == nullptr)
            return base::not_found("service.version_unknown", "The service has no such version.");
    }
    std::map<std::string, PlaceOnDiagram> places;
    for (Institution* institution : institutions)
        look_at_places(*institution, service->definition_name(), places);
    Array elements;
    for (const auto& [element, place] : places) {
        elements.push_back(Object{{"element", element},
                                  {"standing", place.standing},
                                  {"incidents", place.incidents},
                                  {"passed", place.passed},
                                  {"median_seconds", place.median_seconds},
                                  {"longest_seconds", place.longest_seconds}});
    }
    return ok(Object{{"service", service->code},
                     {"name", shape(service->name)},
                     {"version", service->version},
                     {"deployed_at", shape(service->deployed_at)},
                     {"processes", drawings(*service, ".bpmn")},
                     {"tables", drawings(*service, ".dmn")},
                     {"elements", std::move(elements)}});
}

}  // namespace

void add_diagram_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    routes.add("getServiceDiagram", Access::staff,
               [&parts](Call& call) { return diagram(call, parts); });
}

}  // namespace api
