// SPDX-License-Identifier: Apache-2.0
#include <platform/xml/xml.h>

#include <gtest/gtest.h>

namespace platform::xml {
namespace {

std::string_view reason_of(std::string_view text, const Limits& limits = {})
{
    const auto outcome = Document::parse(text, "a.xml", limits);
    return outcome ? "" : outcome.error().reason;
}

TEST(Xml, shows_names_namespaces_texts_and_lines)
{
    const auto document = Document::parse(
        "<?xml version=\"1.0\"?>\n<d:all xmlns:d='urn:d' xmlns='urn:x'>\n  <one a='1 &lt; 2'/>\n"
        "  <d:two>x<![CDATA[ <&> ]]>&#20013;</d:two>\n  <!-- & -->\n  <one/>\n</d:all>",
        "a.xml");
    ASSERT_TRUE(document);
    const Node root = document.value().root();
    EXPECT_EQ(root.name(), "d:all");
    EXPECT_EQ(root.local_name(), "all");
    EXPECT_EQ(root.namespace_uri(), "urn:d");
    EXPECT_EQ(root.line(), 2);
    ASSERT_EQ(root.children().size(), 3U);
    EXPECT_EQ(root.children("one").size(), 2U);
    EXPECT_EQ(root.child("one")->namespace_uri(), "urn:x");
    EXPECT_EQ(root.child("one")->attribute("a"), "1 < 2");
    EXPECT_EQ(root.child("one")->attribute("b"), std::nullopt);
    EXPECT_EQ(root.child("two")->text(), "x <&> 中");
    EXPECT_EQ(root.child("two")->line(), 4);
    EXPECT_EQ(root.children("one")[1].line(), 6);
    EXPECT_EQ(root.child("two")->parent()->name(), "d:all");
    EXPECT_FALSE(root.parent());
    EXPECT_FALSE(root.child("three"));
}

TEST(Xml, refuses_entity_bombs_and_outside_entities)
{
    EXPECT_EQ(reason_of("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"), "xml.doctype_refused");
    EXPECT_EQ(reason_of("<a>&b;</a>"), "xml.entity_refused");
    EXPECT_EQ(reason_of("<a b='&c;'/>"), "xml.entity_refused");
}

TEST(Xml, refuses_what_does_not_nest)
{
    for (const std::string_view text :
         {"", "text", "<a>", "<a></b>", "<a/><b/>", "<a", "<a b='", "<a b='<'/>", "<a>&</a>",
          "<a>&#0;</a>", "<>", "</a>", "<a><!-- </a>", "<a>\xff</a>", "<a>\x01</a>", "<a b=1/>",
          "<a>&#xD800;</a>", "<!ELEMENT a>"}) {
        EXPECT_EQ(reason_of(text), "xml.malformed") << text;
    }
}

TEST(Xml, holds_its_limits_and_says_where)
{
    std::string deep;
    for (int level = 0; level < 101; ++level) deep += "\n<a>";
    for (int level = 0; level < 101; ++level) deep += "</a>";
    const auto outcome = Document::parse(deep, "deep.xml");
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().reason, "xml.too_deep");
    EXPECT_EQ(outcome.error().detail, "deep.xml:102: elements nest deeper than 100.");
    EXPECT_EQ(reason_of("<a><b/><b/></a>", {.nodes = 2}), "xml.too_many_nodes");
    EXPECT_EQ(reason_of("<a><b/><b/></a>", {.bytes = 5}), "xml.too_large");
}

}  // namespace
}  // namespace platform::xml
