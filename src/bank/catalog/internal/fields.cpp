// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/internal/fields.h>

#include <algorithm>
#include <charconv>

namespace bank::catalog::internal {

namespace {

const std::vector<Node> no_items;
const std::vector<Node::Member> no_members;

std::string in_quotes(std::string_view name)
{
    return "\"" + std::string{name} + "\"";
}

std::string joined(const std::vector<std::string>& texts)
{
    std::string all;
    for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

}  // namespace

void add(std::vector<Finding>& findings, const Node& node, std::string message)
{
    findings.push_back({node.file(), node.line(), std::move(message)});
}

Fields::Fields(const Node& node, std::vector<Finding>& findings) : node_(node), findings_(findings)
{
    if (node.kind() != Node::Kind::map) add(findings_, node_, "a map of names is needed here");
}

Fields::~Fields()
{
    for (const auto& [name, value] : node_.members()) {
        if (!known_.contains(name)) add(findings_, value, in_quotes(name) + " is not known here");
    }
}

void Fields::fault(std::string_view name, const std::string& message)
{
    const Node* at = node_.find(name);
    add(findings_, at == nullptr ? node_ : *at, in_quotes(name) + " " + message);
}

const Node* Fields::node(std::string_view name, bool required)
{
    known_.emplace(name);
    const Node* found = node_.find(name);
    if (found != nullptr && found->is_null()) found = nullptr;
    if (found == nullptr && required) add(findings_, node_, in_quotes(name) + " is missing");
    return found;
}

const Node* Fields::scalar(std::string_view name, bool required)
{
    const Node* found = node(name, required);
    if (found == nullptr) return nullptr;
    if (found->kind() != Node::Kind::scalar) return fault(name, "must be a text"), nullptr;
    return found;
}

std::string Fields::text(std::string_view name)
{
    const Node* found = scalar(name, true);
    if (found == nullptr) return {};
    if (found->text().empty()) fault(name, "must not be empty");
    return found->text();
}

std::string Fields::text_or(std::string_view name, std::string otherwise)
{
    const Node* found = scalar(name, false);
    return found == nullptr ? std::move(otherwise) : found->text();
}

std::string Fields::one_of(std::string_view name, const std::vector<std::string>& allowed)
{
    std::string value = text(name);
    if (!value.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
        fault(name, "must be one of " + joined(allowed));
    }
    return value;
}

std::int64_t Fields::integer_or(std::string_view name, std::int64_t least, std::int64_t most,
                                std::int64_t otherwise)
{
    const Node* found = scalar(name, false);
    if (found == nullptr) return otherwise;
    std::int64_t value = 0;
    const char* end = found->text().data() + found->text().size();
    const auto [stop, error] = std::from_chars(found->text().data(), end, value);
    if (error != std::errc{} || stop != end || found->quoted() || value < least || value > most) {
        fault(name, "must be a whole number from " + std::to_string(least) + " to " +
                        std::to_string(most));
        return least;
    }
    return value;
}

std::int64_t Fields::integer(std::string_view name, std::int64_t least, std::int64_t most)
{
    if (node(name, true) == nullptr) return least;
    return integer_or(name, least, most, least);
}

bool Fields::boolean_or(std::string_view name, bool otherwise)
{
    const Node* found = scalar(name, false);
    if (found == nullptr) return otherwise;
    if (found->quoted() || (found->text() != "true" && found->text() != "false")) {
        fault(name, "must be true or false");
    }
    return found->text() == "true";
}

base::Text read_languages(const Node& node, std::vector<Finding>& findings)
{
    base::Text text;
    if (node.kind() != Node::Kind::map) {
        add(findings, node, "a text in languages is needed: {zh: …, en: …}");
        return text;
    }
    for (const auto& [language, value] : node.members()) {
        if (value.kind() != Node::Kind::scalar || value.text().empty()) {
            add(findings, value, "the text in " + in_quotes(language) + " is empty");
        }
        text.emplace(language, value.text());
    }
    for (const char* needed : {"zh", "en"}) {
        if (!text.contains(std::string_view{needed})) {
            add(findings, node, "the text in " + in_quotes(needed) + " is missing");
        }
    }
    return text;
}

base::Text Fields::languages(std::string_view name)
{
    const Node* found = node(name, true);
    return found == nullptr ? base::Text{} : read_languages(*found, findings_);
}

base::Text Fields::languages_or_empty(std::string_view name)
{
    const Node* found = node(name);
    return found == nullptr ? base::Text{} : read_languages(*found, findings_);
}

std::optional<base::Money> Fields::money_if_given(std::string_view name, base::Currency currency)
{
    const Node* found = scalar(name, false);
    if (found == nullptr) return std::nullopt;
    auto money = base::parse_money(found->text(), currency);
    if (!money || !found->quoted()) {
        fault(name, "must be an amount in quotes, such as \"100.00\"");
        return base::Money{0, currency};
    }
    return std::move(money).value();
}

base::Money Fields::money(std::string_view name, base::Currency currency)
{
    node(name, true);
    return money_if_given(name, currency).value_or(base::Money{0, currency});
}

std::optional<base::Date> Fields::date_if_given(std::string_view name)
{
    const Node* found = scalar(name, false);
    if (found == nullptr) return std::nullopt;
    auto date = base::parse_date(found->text());
    if (!date) return fault(name, "must be a date, such as \"2026-11-21\""), std::nullopt;
    return date.value();
}

base::Instant Fields::instant(std::string_view name)
{
    const std::string value = text(name);
    const auto read = base::parse_instant(value);
    if (!read) {
        if (!value.empty()) fault(name, "must be a time like 2026-12-01T09:00:00+08:00");
        return {};
    }
    return read.value();
}

std::vector<std::string> Fields::texts(std::string_view name)
{
    std::vector<std::string> all;
    for (const Node& item : items(name)) {
        if (item.kind() != Node::Kind::scalar) add(findings_, item, "a text is needed here");
        all.push_back(item.text());
    }
    return all;
}

const std::vector<Node>& Fields::items(std::string_view name, bool required)
{
    const Node* found = node(name, required);
    if (found == nullptr) return no_items;
    if (found->kind() != Node::Kind::list) return fault(name, "must be a list"), no_items;
    return found->items();
}

const std::vector<Node::Member>& Fields::members(std::string_view name)
{
    const Node* found = node(name);
    if (found == nullptr) return no_members;
    if (found->kind() != Node::Kind::map) return fault(name, "must be a map of names"), no_members;
    return found->members();
}

std::optional<engine::feel::Expression> read_feel(const Node& node,
                                                  const std::vector<std::string>& names,
                                                  std::vector<Finding>& findings)
{
    if (node.kind() != Node::Kind::scalar) {
        add(findings, node, "a FEEL expression is needed here");
        return std::nullopt;
    }
    auto compiled = engine::feel::compile(node.text(), names);
    if (!compiled) {
        add(findings, node, "FEEL: " + compiled.error().detail);
        return std::nullopt;
    }
    return std::move(compiled).value();
}

std::optional<engine::feel::Expression> Fields::feel_if_given(std::string_view name,
                                                              const Names& names)
{
    const Node* found = node(name);
    return found == nullptr ? std::nullopt : read_feel(*found, names, findings_);
}

engine::feel::Expression Fields::feel(std::string_view name, const Names& names)
{
    node(name, true);
    return feel_if_given(name, names).value_or(engine::feel::Expression{});
}

}  // namespace bank::catalog::internal
