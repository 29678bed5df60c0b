// SPDX-License-Identifier: Apache-2.0
// Filters of the task list that a member of the staff keeps for himself.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <bank/organisation/saved_filters.h>

#include <memory>

namespace api {

namespace http = platform::http;
namespace organisation = bank::organisation;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

Object filter_shape(const organisation::SavedFilter& filter)
{
    Object object{{"id", to_string(filter.id)},
                  {"name", filter.name},
                  {"state", filter.state},
                  {"late", filter.late_only}};
    if (!filter.service.empty()) object.set("service", filter.service);
    return object;
}

/// Filters are for those who see tasks.
Result<organisation::StaffId> owner_of(Call& call, Parts& parts)
{
    TRY(institutions_for(call, parts, "task.view"));
    return call.staff->staff.id;
}

Result<http::Response> list_filters(Call& call, Parts& parts, organisation::SavedFilters& filters)
{
    const auto owner = TRY(owner_of(call, parts));
    Array items;
    for (const auto& each : filters.of(owner)) items.push_back(filter_shape(each));
    return ok(Object{{"items", std::move(items)}});
}

Result<http::Response> save_filter(Call& call, Parts& parts, organisation::SavedFilters& filters)
{
    const auto owner = TRY(owner_of(call, parts));
    organisation::SavedFilter filter{.id = {},
                                     .name = std::string{call.body["name"].text_or()},
                                     .state = std::string{call.body["state"].text_or()},
                                     .service = std::string{call.body["service"].text_or()},
                                     .late_only = call.body["late"].boolean_or(false)};
    if (!filter.service.empty() && parts.catalog.deployments(filter.service).empty()) {
        return base::not_found("service.unknown", "There is no such service.");
    }
    return ok(filter_shape(TRY(filters.save(owner, std::move(filter)))), 201);
}

Result<http::Response> rename_filter(Call& call, Parts& parts, organisation::SavedFilters& filters)
{
    const auto id = TRY(call.id<organisation::SavedFilterId>("filter"));
    const auto owner = TRY(owner_of(call, parts));
    return ok(filter_shape(TRY(filters.rename(owner, id, call.body["name"].text_or()))));
}

Result<http::Response> remove_filter(Call& call, Parts& parts, organisation::SavedFilters& filters)
{
    const auto id = TRY(call.id<organisation::SavedFilterId>("filter"));
    const auto owner = TRY(owner_of(call, parts));
    TRY(filters.remove(owner, id));
    return no_content();
}

}  // namespace

void add_filter_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto filters = std::make_shared<organisation::SavedFilters>(parts.house);
    const auto with = [&parts, filters](auto handler) {
        return [&parts, filters, handler](Call& call) { return handler(call, parts, *filters); };
    };
    routes.add("listTaskFilters", Access::staff, with(list_filters));
    routes.add("saveTaskFilter", Access::staff, with(save_filter));
    routes.add("renameTaskFilter", Access::staff, with(rename_filter));
    routes.add("removeTaskFilter", Access::staff, with(remove_filter));
}

}  // namespace api
