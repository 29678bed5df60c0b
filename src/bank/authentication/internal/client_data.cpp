// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/client_data.h>

#include <platform/crypto/encoding.h>
#include <platform/json/value.h>

#include <algorithm>

namespace bank::authentication {

namespace crypto = platform::crypto;
namespace json = platform::json;

base::Error refused(std::string_view reason, std::string detail)
{
    return base::invalid(reason, std::move(detail));
}

base::Result<void> check_client_data(crypto::ByteView client_data_json, std::string_view type,
                                     const Demand& demand)
{
    // 7.1 steps 5, 6 and 7.2 steps 8, 9: UTF-8 decode, which drops a byte order mark; parse.
    std::string text = crypto::as_text(client_data_json);
    if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
    const auto parsed = json::parse(text);
    if (!parsed || parsed.value().object() == nullptr) {
        return refused("webauthn.client_data", "the client data are not a JSON object");
    }
    const json::Value& client = parsed.value();

    // 7.1 step 7, 7.2 step 10: the type is that of this ceremony.
    if (client["type"].text_or() != type) {
        return refused("webauthn.client_data", "the client data are of another ceremony");
    }

    // 7.1 step 8, 7.2 step 11: the challenge is the one that was given.
    if (!crypto::equal_constant_time(crypto::as_bytes(client["challenge"].text_or()),
                                     crypto::as_bytes(crypto::to_base64url(demand.challenge)))) {
        return refused("webauthn.challenge", "the answer is to another challenge");
    }

    // 7.1 step 9, 7.2 step 12: the origin is one of ours.
    const auto is_among = [](std::string_view origin, const std::vector<std::string>& expected) {
        return std::ranges::find(expected, origin) != expected.end();
    };
    if (!is_among(client["origin"].text_or(), demand.relying_party.origins)) {
        return refused("webauthn.origin", "the answer comes from another site");
    }

    // 7.1 step 10, 7.2 step 13: inside another site's frame only where that is expected.
    const json::Value& cross_origin = client["crossOrigin"];
    if (!cross_origin.is_null() && cross_origin.boolean() == nullptr) {
        return refused("webauthn.client_data", "crossOrigin is not true or false");
    }
    if (cross_origin.boolean_or(false) && !demand.cross_origin) {
        return refused("webauthn.top_origin", "not accepted inside another site's frame");
    }

    // 7.1 step 11, 7.2 step 14: and only of the sites that are expected.
    const json::Value& top_origin = client["topOrigin"];
    if (!top_origin.is_null() &&
        (!demand.cross_origin || !is_among(top_origin.text_or(), demand.top_origins))) {
        return refused("webauthn.top_origin", "not accepted inside this site's frame");
    }
    return {};
}

}  // namespace bank::authentication
