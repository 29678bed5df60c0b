// SPDX-License-Identifier: Apache-2.0
#include <api/contract.h>

#include <gtest/gtest.h>

namespace api {
namespace {

using platform::http::Request;

constexpr std::string_view document = R"({
  "paths": {
    "/v1/things/{thing}": {
      "parameters": [{"name": "thing", "in": "path", "required": true, "schema": {"type": "string", "pattern": "^[a-z]+$"}}],
      "get": {"operationId": "getThing", "parameters": [{"$ref": "#/components/parameters/Limit"}, {"name": "late", "in": "query", "schema": {"type": "boolean"}}]},
      "post": {"operationId": "makeThing",
        "parameters": [{"name": "Idempotency-Key", "in": "header", "required": true, "schema": {"type": "string", "minLength": 8}}],
        "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}
    },
    "/v1/pictures": {"post": {"operationId": "addPicture", "requestBody": {"required": true, "content": {"image/jpeg": {"schema": {"type": "string"}}}}}}
  },
  "components": {
    "parameters": {"Limit": {"name": "limit", "in": "query", "required": true, "schema": {"type": "integer", "minimum": 1}}},
    "schemas": {"Thing": {"type": "object", "required": ["name"], "additionalProperties": false, "properties": {"name": {"type": "string"}}}}
  }
})";

/// "fits", or status, reason and the fields of the breach.
std::string verdict(std::string_view operation, const Request& request)
{
    const auto contract = Contract::load(platform::json::parse(document).value());
    const auto outcome = check(*contract.value().find(operation), request);
    const auto* breach = std::get_if<Breach>(&outcome);
    if (breach == nullptr) return "fits";
    std::string text = std::to_string(breach->status) + " " + std::string{breach->reason};
    for (const auto& error : breach->errors)
        text += " " + error.field + "=" + std::string{error.reason};
    return text;
}

Request get(std::string thing, std::vector<std::pair<std::string, std::string>> query)
{
    Request request;
    request.parameters = {{"thing", std::move(thing)}};
    request.query = std::move(query);
    return request;
}

Request post(std::string body, std::string key = "12345678",
             std::string media_type = "application/json; charset=utf-8")
{
    Request request;
    request.parameters = {{"thing", "a"}};
    request.headers = {{"content-type", std::move(media_type)},
                       {"idempotency-key", std::move(key)}};
    request.body = std::move(body);
    return request;
}

TEST(Contract, HoldsParametersToTheirTypes)
{
    EXPECT_EQ(verdict("getThing", get("abc", {{"limit", "5"}, {"late", "true"}})), "fits");
    EXPECT_EQ(verdict("getThing", get("ABC", {{"limit", "5"}})),
              "400 api.contract thing=schema.pattern");
    EXPECT_EQ(verdict("getThing", get("abc", {})), "400 api.contract limit=schema.required");
    EXPECT_EQ(verdict("getThing", get("abc", {{"limit", "0"}})),
              "400 api.contract limit=schema.minimum");
    EXPECT_EQ(verdict("getThing", get("abc", {{"limit", "5x"}})),
              "400 api.contract limit=schema.type");
    EXPECT_EQ(verdict("getThing", get("abc", {{"limit", "5"}, {"late", "yes"}})),
              "400 api.contract late=schema.type");
    EXPECT_EQ(verdict("getThing", get("abc", {{"limit", "5"}, {"other", "1"}})),
              "400 api.contract other=schema.unknown_field");
}

TEST(Contract, HoldsBodiesToTheirSchemas)
{
    EXPECT_EQ(verdict("makeThing", post(R"({"name":"x"})")), "fits");
    EXPECT_EQ(verdict("makeThing", post(R"({"name":1,"more":2})")),
              "400 api.contract name=schema.type more=schema.unknown_field");
    EXPECT_EQ(verdict("makeThing", post("{")), "400 json.malformed");
    EXPECT_EQ(verdict("makeThing", post("")), "400 json.malformed");
    EXPECT_EQ(verdict("makeThing", post(R"({"name":"x"})", "")),
              "400 api.contract Idempotency-Key=schema.required");
    EXPECT_EQ(verdict("makeThing", post(R"({"name":"x"})", "12345678", "text/plain")),
              "415 api.media_type");
    EXPECT_EQ(verdict("addPicture", post("\xff\xd8", "", "image/jpeg")), "fits");
    EXPECT_EQ(verdict("makeThing", post(R"({"name":"x\u0000"})")),
              "400 api.contract =schema.pattern");
    EXPECT_EQ(verdict("makeThing", post(R"({"name":"\\\u0000"})")),
              "400 api.contract =schema.pattern");
    EXPECT_EQ(verdict("makeThing", post(R"({"name":"\\u0000"})")), "fits");
}

TEST(Contract, RefusesADocumentThatMakesNoSense)
{
    EXPECT_EQ(Contract::load(platform::json::parse("{}").value()).error().reason,
              "contract.malformed");
    EXPECT_EQ(Contract::load(platform::json::parse(R"({"paths":{"/a":{"get":{}}}})").value())
                  .error()
                  .reason,
              "contract.malformed");
}

}  // namespace
}  // namespace api
