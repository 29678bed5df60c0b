// SPDX-License-Identifier: Apache-2.0
#include <platform/json/schema.h>

#include <gtest/gtest.h>

namespace platform::json {
namespace {

/// The first violation as "field reason", or "fits".
std::string verdict(std::string_view schema, std::string_view value)
{
    const auto compiled = Schema::compile(parse(schema).value());
    if (!compiled) return std::string{compiled.error().reason};
    const auto violations = compiled.value().check(parse(value).value());
    return violations.empty() ? "fits"
                              : violations[0].field + " " + std::string{violations[0].reason};
}

struct Row {
    std::string_view schema, value, expected;
};

TEST(Schema, SaysWhereAValueBreaksIt)
{
    const Row rows[] = {
        {R"({"type":"object","required":["a"]})", R"({"a":1})", "fits"},
        {R"({"type":"object","required":["a"]})", R"({})", "a schema.required"},
        {R"({"type":"object"})", R"([])", " schema.type"},
        {R"({"type":["string","null"]})", "null", "fits"},
        {R"({"type":"integer"})", "1.5", " schema.type"},
        {R"({"type":"number","minimum":1})", "1", "fits"},
        {R"({"type":"number","minimum":1,"maximum":2})", "3", " schema.maximum"},
        {R"({"properties":{"a":{"properties":{"b":{"type":"string"}}}}})", R"({"a":{"b":1}})",
         "a/b schema.type"},
        {R"({"properties":{"a":{}},"additionalProperties":false})", R"({"b":1})",
         "b schema.unknown_field"},
        {R"({"additionalProperties":{"type":"string"}})", R"({"b":1})", "b schema.type"},
        {R"({"items":{"type":"integer"},"maxItems":2})", "[1,2,3]", " schema.max_items"},
        {R"({"items":{"type":"integer"}})", R"([1,"x"])", "1 schema.type"},
        {R"({"minLength":2,"maxLength":3})", R"("开户")", "fits"},
        {R"({"maxLength":1})", R"("开户")", " schema.max_length"},
        {R"({"pattern":"^1[0-9]{10}$"})", R"("13800138000")", "fits"},
        {R"({"pattern":"^1[0-9]{10}$"})", R"("13800138000\n")", " schema.pattern"},
        {R"({"enum":["a","b"]})", R"("c")", " schema.enum"},
        {R"({"const":1})", "1", "fits"},
        {R"({"oneOf":[{"required":["a"]},{"required":["b"]}]})", R"({"a":1,"b":2})",
         " schema.one_of"},
        {R"({"anyOf":[{"type":"string"},{"type":"null"}]})", "1", " schema.any_of"},
        {R"({"not":{"type":"string"}})", R"("x")", " schema.not"},
        {R"({"format":"date"})", R"("2026-02-30")", " schema.format"},
        {"false", "1", " schema.not_allowed"},
        {R"({"$defs":{"n":{"properties":{"next":{"$ref":"#/$defs/n"}},"additionalProperties":false}},"$ref":"#/$defs/n"})",
         R"({"next":{"next":{"other":1}}})", "next/next/other schema.unknown_field"},
    };
    for (const Row& row : rows)
        EXPECT_EQ(verdict(row.schema, row.value), row.expected) << row.schema << row.value;
}

TEST(Schema, RefusesWhatItDoesNotUnderstand)
{
    EXPECT_EQ(verdict(R"({"patternProperties":{}})", "1"), "schema.unknown_keyword");
    EXPECT_EQ(verdict(R"({"$ref":"#/nowhere"})", "1"), "schema.unresolved_reference");
    EXPECT_EQ(verdict(R"({"$ref":"elsewhere.json"})", "1"), "schema.unresolved_reference");
    EXPECT_EQ(verdict(R"({"pattern":"("})", "1"), "schema.malformed");
    EXPECT_EQ(verdict(R"({"minLength":-1})", "1"), "schema.malformed");
}

}  // namespace
}  // namespace platform::json
