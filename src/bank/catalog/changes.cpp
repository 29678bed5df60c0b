// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/changes.h>

#include <bank/catalog/internal/parts.h>

#include <set>

namespace bank::catalog {

using internal::Part;
using internal::Parts;

namespace {

constexpr std::size_t most_bytes = 300;

constexpr std::string_view kinds[] = {"added", "removed", "changed"};

struct Words {
    std::string_view zh;
    std::string_view en;
};

Words words_of(std::string_view what)
{
    if (what == "element") return {"流程步骤", "Step"};
    if (what == "flow") return {"流程连线", "Way"};
    if (what == "rule") return {"决策规则", "Rule"};
    if (what == "decision") return {"决策", "Decision"};
    if (what == "field") return {"表单字段", "Field"};
    if (what == "phrase") return {"常用说法", "Phrase"};
    return {"内容", "Entry"};
}

Words words_of(ChangeKind kind)
{
    if (kind == ChangeKind::added) return {"新增", "was added"};
    if (kind == ChangeKind::removed) return {"删除", "was removed"};
    return {"修改", "was changed"};
}

/// Cut where a character ends.
std::string shortened(std::string text)
{
    if (text.size() <= most_bytes) return text;
    std::size_t end = most_bytes - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end) + "…";
}

/// One line of the values of a part that differ from the other's; all where there is no other.
std::string line_of(const Part& part, const Part* other)
{
    std::string line;
    for (const auto& [name, value] : part.values) {
        if (other != nullptr) {
            const auto same = other->values.find(name);
            if (same != other->values.end() && same->second == value) continue;
        }
        if (!line.empty()) line += "; ";
        line += name.empty() ? value : name + ": " + value;
    }
    return shortened(std::move(line));
}

base::Text text_of(const Change& change, const Part& part)
{
    const Words what = words_of(change.what);
    const Words done = words_of(change.kind);
    std::string place = part.name.empty() || change.what == "rule" ? change.place : part.name;
    if (change.what == "rule") {
        const auto table = change.place.substr(0, change.place.rfind('/'));
        place = table + " #" + part.name;
    }
    std::string zh_end;
    std::string en_end;
    if (change.kind == ChangeKind::changed) {
        zh_end = "：由“" + change.before + "”改为“" + change.after + "”";
        en_end = ": from “" + change.before + "” to “" + change.after + "”";
    } else if (change.what == "rule") {
        const std::string& says = change.kind == ChangeKind::added ? change.after : change.before;
        zh_end = "：" + says;
        en_end = ": " + says;
    }
    base::Text text;
    text["zh"] = std::string{done.zh} + std::string{what.zh} + "“" + place + "”（" + change.file +
                 "）" + zh_end;
    text["en"] = std::string{what.en} + " “" + place + "” " + std::string{done.en} + " (" +
                 change.file + ")" + en_end;
    return text;
}

Parts parts_of(const std::string& file, const std::string& content)
{
    if (file.ends_with(".bpmn")) return internal::parts_of_bpmn(content);
    if (file.ends_with(".dmn")) return internal::parts_of_dmn(content);
    if (file.ends_with(".json")) return internal::parts_of_json(content);
    if (file.ends_with(".yaml")) return internal::parts_of_yaml(content);
    return internal::parts_of_lines(content);
}

void add(std::vector<Change>& all, const std::string& file, const std::string& place,
         const Part* before, const Part* after)
{
    const Part& part = after != nullptr ? *after : *before;
    Change change;
    change.kind = before == nullptr  ? ChangeKind::added
                  : after == nullptr ? ChangeKind::removed
                                     : ChangeKind::changed;
    change.file = file;
    change.what = part.what;
    change.place = place;
    change.element = part.element;
    if (before != nullptr) change.before = line_of(*before, after);
    if (after != nullptr) change.after = line_of(*after, before);
    change.text = text_of(change, part);
    all.push_back(std::move(change));
}

void compare(const std::string& file, const std::string& before, const std::string& after,
             std::vector<Change>& all)
{
    if (before == after) return;
    const Parts old_parts = parts_of(file, before);
    const Parts new_parts = parts_of(file, after);
    for (const auto& [place, part] : old_parts) {
        const auto other = new_parts.find(place);
        if (other == new_parts.end()) {
            add(all, file, place, &part, nullptr);
        } else if (part.values != other->second.values) {
            add(all, file, place, &part, &other->second);
        }
    }
    for (const auto& [place, part] : new_parts) {
        if (!old_parts.contains(place)) add(all, file, place, nullptr, &part);
    }
}

}  // namespace

std::string_view to_string(ChangeKind kind)
{
    return kinds[static_cast<std::size_t>(kind)];
}

std::vector<Change> changes(const Service& before, const Service& after)
{
    std::set<std::string> names;
    for (const auto& [name, content] : before.files) names.insert(name);
    for (const auto& [name, content] : after.files) names.insert(name);
    std::vector<Change> all;
    const std::string nothing;
    for (const auto& name : names) {
        const auto old_file = before.files.find(name);
        const auto new_file = after.files.find(name);
        compare(name, old_file == before.files.end() ? nothing : old_file->second,
                new_file == after.files.end() ? nothing : new_file->second, all);
    }
    return all;
}

}  // namespace bank::catalog
