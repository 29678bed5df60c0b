// SPDX-License-Identifier: Apache-2.0
// What partners tell us of their own accord: signed, checked by bank/partner.
#include <api/routes.h>
#include <api/shapes.h>

namespace api {

namespace {

base::Result<platform::http::Response> receive(Call& call, Parts& parts)
{
    TRY(parts.receive_from_partner(call.request));
    return ok(platform::json::Object{{"accepted", true}});
}

}  // namespace

void add_partner_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto handler = [&parts](Call& call) { return receive(call, parts); };
    for (const char* operation : {"partnerCredit", "partnerReceipt", "partnerIdentityAnswer",
                                  "partnerClearing", "partnerBillAnswer", "partnerWalletAnswer"}) {
        routes.add(operation, Access::open, handler);
    }
}

}  // namespace api
