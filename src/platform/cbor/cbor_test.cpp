// SPDX-License-Identifier: Apache-2.0
#include <platform/cbor/value.h>

#include <gtest/gtest.h>

namespace platform::cbor {
namespace {

Bytes hex(std::string_view text)
{
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(digit(text[i]) * 16 + digit(text[i + 1])));
    }
    return bytes;
}

std::string reason(std::string_view bytes, const Limits& limits = {})
{
    const auto value = decode(hex(bytes), limits);
    return value ? "fine" : std::string(value.error().reason);
}

TEST(Cbor, ReadsTheExamplesOfRfc8949)
{
    EXPECT_EQ(decode(hex("00")).value(), Value(0));
    EXPECT_EQ(decode(hex("1903e8")).value(), Value(1000));
    EXPECT_EQ(decode(hex("3903e7")).value(), Value(-1000));
    EXPECT_EQ(decode(hex("3b7fffffffffffffff")).value(), Value(INT64_MIN));
    EXPECT_EQ(decode(hex("f5")).value(), Value(true));
    EXPECT_EQ(decode(hex("f6")).value(), Value());
    EXPECT_EQ(decode(hex("f7")).value(), Value(Undefined{}));
    EXPECT_EQ(decode(hex("f93e00")).value(), Value(1.5));
    EXPECT_EQ(decode(hex("4401020304")).value(), Value(Bytes{1, 2, 3, 4}));
    EXPECT_EQ(decode(hex("62c3bc")).value(), Value("ü"));
    EXPECT_EQ(decode(hex("8301820203820405")).value(), Value(Array{1, Array{2, 3}, Array{4, 5}}));
    EXPECT_EQ(decode(hex("9f01820203820405ff")).value(), Value(Array{1, Array{2, 3}, Array{4, 5}}));
    EXPECT_EQ(decode(hex("7f657374726561646d696e67ff")).value(), Value("streaming"));
    EXPECT_EQ(decode(hex("5f42010243030405ff")).value(), Value(Bytes{1, 2, 3, 4, 5}));
    const Value map = decode(hex("a26161016162820203")).value();
    EXPECT_EQ(*map.find("a"), Value(1));
    EXPECT_EQ(map.find("c"), nullptr);
    EXPECT_EQ(map.find(1), nullptr);
    EXPECT_EQ(*decode(hex("a201022003")).value().map(), (Map{{1, 2}, {-1, 3}}));
}

TEST(Cbor, WritesTheCanonicalFormThatItReadsBack)
{
    const Value value(Map{{"b", Array{true, Value(), Undefined{}, -70000, 1.5}},
                          {-1, Bytes{1, 2}},
                          {"aa", "text"},
                          {300, Map{}},
                          {1, std::int64_t{1} << 40}});
    const Bytes bytes = encode(value);
    const Value again = decode(bytes, {.canonical = true}).value();
    EXPECT_EQ(encode(again), bytes);
    EXPECT_EQ(*again.find("b"), *value.find("b"));
    EXPECT_EQ(again.map()->front().first, Value(1));
}

TEST(Cbor, RefusesWhatIsCutOffDoubledOrForeign)
{
    for (const char* bytes : {"",         "18",     "44010203", "8201",       "a101",
                              "9f01",     "ff",     "1c",       "c101",       "1bffffffffffffffff",
                              "61ff",     "62c080", "63eda080", "a201020103", "5f6161ff",
                              "7f4161ff", "fc",     "82ff",     "bf01ff",     "f818"}) {
        EXPECT_EQ(reason(bytes), "cbor.malformed") << bytes;
    }
    EXPECT_EQ(reason("0000"), "cbor.trailing_bytes");
    EXPECT_EQ(decode_prefix(hex("0000")).value().size, 1U);
}

TEST(Cbor, NeverBelievesAnAnnouncedSize)
{
    EXPECT_EQ(reason("9bffffffffffffffff"), "cbor.malformed");
    EXPECT_EQ(reason("bb00000000ffffffff"), "cbor.malformed");
    EXPECT_EQ(reason("5b7fffffffffffffff00"), "cbor.malformed");
    EXPECT_EQ(reason("83000000", {.items = 3}), "cbor.too_large");
    std::string deep;
    for (int i = 0; i < 100000; ++i) deep += "81";
    EXPECT_EQ(reason(deep + "00"), "cbor.too_deep");
    EXPECT_EQ(reason("818100", {.depth = 2}), "fine");
    EXPECT_EQ(reason("818100", {.depth = 1}), "cbor.too_deep");
}

TEST(Cbor, TellsTheCanonicalFormFromOthers)
{
    const Limits strict{.canonical = true};
    for (const char* bytes : {"1801", "190001", "3800", "5801ff", "780161", "9f01ff", "bf0102ff",
                              "7f6161ff", "a2616201616102", "a220000100", "980101"}) {
        EXPECT_EQ(reason(bytes, strict), "cbor.not_canonical") << bytes;
        EXPECT_EQ(reason(bytes), "fine") << bytes;
    }
    EXPECT_EQ(reason("a301002000616100", strict), "fine");
}

}  // namespace
}  // namespace platform::cbor
