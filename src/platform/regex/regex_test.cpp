// SPDX-License-Identifier: Apache-2.0
#include <platform/regex/regex.h>

#include <gtest/gtest.h>

namespace platform::regex {
namespace {

bool matches(std::string_view text, std::string_view pattern, std::string_view flags = "")
{
    return Pattern::compile(pattern, flags).value().matches(text).value();
}

TEST(Regex, matches_as_xpath_says)
{
    EXPECT_TRUE(matches("abracadabra", "bra"));
    EXPECT_TRUE(matches("abracadabra", "^a.*a$"));
    EXPECT_FALSE(matches("abracadabra", "^bra"));
    EXPECT_TRUE(matches("Mum", "([md])[aeiou]\\1", "i"));
    EXPECT_FALSE(matches("hello\nworld", "hello.world"));
    EXPECT_TRUE(matches("hello\nworld", "hello.world", "s"));
    EXPECT_TRUE(matches("a\nb", "^b$", "m"));
    EXPECT_FALSE(matches("abc\n", "abc$"));
    EXPECT_TRUE(matches("helloworld", "hello [ ]?world", "x"));
    EXPECT_TRUE(matches("a.b", "a.b", "q"));
    EXPECT_FALSE(matches("axb", "a.b", "q"));
    EXPECT_TRUE(matches("bcd", "^[a-z-[aeiou]]+$"));
    EXPECT_FALSE(matches("bad", "^[a-z-[aeiou]]+$"));
    EXPECT_TRUE(matches("\xE4\xB8\xAD\xE6\x96\x87", "^\\p{L}{2}$"));
    EXPECT_TRUE(matches("a:b-1", "^\\i\\c*$"));
}

TEST(Regex, refuses_what_xpath_does_not_know)
{
    for (const std::string_view pattern :
         {"(", "[", "[]", "a**", "(?=a)", "(?<n>a)", "\\b", "\\Qa\\E", "a++", "*a", "[[:alpha:]]",
          "\\p{IsGreek}", "(*UTF)", "\\"}) {
        EXPECT_FALSE(Pattern::compile(pattern, "")) << pattern;
    }
    EXPECT_EQ(Pattern::compile("a", "z").error().reason, "regex.unknown_flag");
}

TEST(Regex, replaces_and_splits)
{
    const auto replaced = [](std::string_view text, std::string_view pattern, std::string_view by) {
        return Pattern::compile(pattern, "").value().replace(text, by);
    };
    EXPECT_EQ(replaced("abracadabra", "bra", "*").value(), "a*cada*");
    EXPECT_EQ(replaced("abracadabra", "a(.)", "a$1$1").value(), "abbraccaddabbra");
    EXPECT_EQ(replaced("a", "a", "\\$1\\\\").value(), "$1\\");
    EXPECT_EQ(replaced("a", "a*?", "b").error().reason, "regex.matches_nothing");
    EXPECT_EQ(replaced("a", "a", "$").error().reason, "regex.bad_replacement");
    EXPECT_EQ(Pattern::compile("\\s", "").value().split("John Doe ").value(),
              (std::vector<std::string>{"John", "Doe", ""}));
}

TEST(Regex, gives_up_on_patterns_that_explode)
{
    const auto outcome =
        Pattern::compile("^(a+)+$", "").value().matches(std::string(40, 'a') + "b");
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().reason, "regex.too_much_work");
}

}  // namespace
}  // namespace platform::regex
