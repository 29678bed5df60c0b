// SPDX-License-Identifier: Apache-2.0
#include <platform/json/value.h>

#include <gtest/gtest.h>

namespace platform::json {
namespace {

TEST(Json, WritesWhatItReads)
{
    for (const std::string text :
         {R"({"b":1,"a":[true,null,"x\n\"\\",-9223372036854775808,{}]})", R"("开户")", "[]", "0"}) {
        EXPECT_EQ(serialise(parse(text).value()), text);
    }
    EXPECT_EQ(serialise(parse(" { \"a\" : 1.5 } ").value()), R"({"a":1.5})");
    EXPECT_EQ(canonical(parse(R"({"b":{"d":1,"c":2},"a":3})").value()),
              R"({"a":3,"b":{"c":2,"d":1}})");
}

TEST(Json, RefusesWhatIsNotOneJsonText)
{
    for (const std::string_view text :
         {"", "{", "{} {}", "[1,]", "{'a':1}", "nul", "01", "\"\xff\"", "\"\\ud800\""}) {
        EXPECT_EQ(parse(text).error().reason, "json.malformed") << text;
    }
    EXPECT_EQ(parse(R"({"a":1,"a":2})").error().reason, "json.duplicate_name");
    EXPECT_EQ(parse(std::string(100, '[')).error().reason, "json.too_deep");
}

TEST(Json, KeepsOutputValidWhateverTheStringHolds)
{
    EXPECT_EQ(serialise(Value{std::string{"a\x01\xff"
                                          "b"}}),
              "\"a\\u0001\xEF\xBF\xBD"
              "b\"");
    EXPECT_EQ(serialise(Value{std::string{"\xed\xa0\x80"}}),
              "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(Json, GivesNullForWhatIsNotThere)
{
    const Value value = parse(R"({"a":{"b":7}})").value();
    EXPECT_EQ(value["a"]["b"].integer_or(0), 7);
    EXPECT_TRUE(value["x"]["y"].is_null());
    EXPECT_EQ(value["a"].text_or("none"), "none");
}

}  // namespace
}  // namespace platform::json
