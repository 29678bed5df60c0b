// SPDX-License-Identifier: Apache-2.0
// What the bank told the customer.
#include <api/routes.h>
#include <api/shapes.h>

namespace api {

namespace {

base::Result<platform::http::Response> list_messages(Call& call, Parts& parts)
{
    return ok(TRY(parts.messages_of(*call.caller->institution, call.caller->customer, call.cursor(),
                                    call.limit())));
}

}  // namespace

void add_message_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    routes.add("listMessages", Access::phone,
               [&parts](Call& call) { return list_messages(call, parts); });
}

}  // namespace api
