// SPDX-License-Identifier: Apache-2.0
// Services running for customers.
#include <api/card_readings.h>
#include <api/case_proof.h>
#include <api/routes.h>
#include <api/shapes.h>

#include <platform/http/problem.h>

namespace api {

namespace counter = bank::counter;
namespace http = platform::http;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

/// The caller's case; a step that asks for the ID card comes with what was read of it before.
Result<platform::json::Value> own_case(const Caller& caller, counter::CaseId id)
{
    const auto view = TRY(caller.institution->counter.view(id, caller.applicant()));
    auto shown = case_shape(view);
    if (view.step && view.step->section["widget"].text_or() == "id-card") {
        shown.object()->find("step")->object()->set("readings",
                                                    card_readings(*caller.institution, id));
    }
    return shown;
}

Result<http::Response> list_cases(Call& call, Parts&)
{
    const auto page = TRY(call.caller->institution->counter.list(call.caller->applicant(),
                                                                 call.cursor(), call.limit()));
    Array items;
    for (const auto& view : page.cases) items.push_back(case_shape(view));
    Object object{{"items", std::move(items)}};
    if (!page.next_cursor.empty()) object.set("next_cursor", page.next_cursor);
    return ok(object);
}

Result<http::Response> start_case(Call& call, Parts& parts)
{
    const Caller& caller = *call.caller;
    const std::string_view code = call.body["service"].text_or();
    const auto service = parts.catalog.service(code);
    if (service != nullptr && service->audience == "customer" &&
        caller.session.kind != bank::authentication::SessionKind::customer) {
        return base::forbidden("authentication.sign_in_fully",
                               "this service needs your password or your passkey");
    }
    const bool known = caller.session.kind == bank::authentication::SessionKind::customer;
    const auto started = TRY(caller.institution->counter.start(
        code, {caller.applicant(), Object{{"customer", to_string(caller.customer)},
                                          {"kind", known ? "customer" : "visitor"},
                                          {"language", call.language()}}}));
    return ok(TRY(own_case(caller, started.id)), started.existed ? 200 : 201);
}

Result<http::Response> view_case(Call& call, Parts&)
{
    const auto id = TRY(call.id<counter::CaseId>("case"));
    return ok(TRY(own_case(*call.caller, id)));
}

Result<http::Response> submit(Call& call, Parts& parts)
{
    const Caller& caller = *call.caller;
    const auto id = TRY(call.id<counter::CaseId>("case"));
    const auto submission =
        caller.institution->counter.submit(id, caller.applicant(), call.request.parameter("step"),
                                           *call.body["data"].object(), case_secrets(parts));
    if (submission.error) {
        std::vector<http::FieldError> errors;
        for (const auto& fault : submission.faults) {
            errors.push_back({fault.field, base::intern(fault.reason),
                              std::string{base::in_language(fault.message, call.language())}});
        }
        return http::problem(*submission.error, call.request.id, errors);
    }
    return ok(TRY(own_case(caller, id)));
}

Result<http::Response> cancel(Call& call, Parts&)
{
    const Caller& caller = *call.caller;
    const auto id = TRY(call.id<counter::CaseId>("case"));
    TRY(caller.institution->counter.cancel(id, caller.applicant()));
    return ok(TRY(own_case(caller, id)));
}

Result<http::Response> rate(Call& call, Parts&)
{
    const Caller& caller = *call.caller;
    const auto id = TRY(call.id<counter::CaseId>("case"));
    TRY(caller.institution->counter.rate(id, caller.applicant(),
                                         static_cast<int>(call.body["stars"].integer_or(0))));
    return ok(TRY(own_case(caller, id)));
}

}  // namespace

void add_case_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listCases", Access::phone, with(list_cases));
    routes.add("startCase", Access::phone, with(start_case));
    routes.add("getCase", Access::phone, with(view_case));
    routes.add("submitStep", Access::phone, with(submit));
    routes.add("cancelCase", Access::phone, with(cancel));
    routes.add("rateCase", Access::phone, with(rate));
}

}  // namespace api
