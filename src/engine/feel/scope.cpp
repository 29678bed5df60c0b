// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/scope.h>

#include <engine/feel/internal/characters.h>

#include <algorithm>

namespace engine::feel {

std::string normal_name(std::string_view name)
{
    std::string out;
    std::size_t at = 0;
    bool blank = false;
    bool after_word = false;
    while (at < name.size()) {
        const Character character = character_at(name, at);
        at += character.length;
        if (is_blank(character.code)) {
            blank = true;
            continue;
        }
        const bool word = is_name_part(character.code);
        if (blank && word && after_word) out += ' ';
        out += name.substr(at - character.length, character.length);
        blank = false;
        after_word = word;
    }
    return out;
}

std::optional<std::size_t> spells(std::string_view text, std::string_view name)
{
    std::size_t in_text = 0;
    bool word_before = false;
    for (std::size_t in_name = 0; in_name < name.size();) {
        const Character wanted = character_at(name, in_name);
        in_name += wanted.length;
        const std::size_t blank_from = in_text;
        while (in_text < text.size() && is_blank(character_at(text, in_text).code))
            in_text += character_at(text, in_text).length;
        const bool had_blank = in_text > blank_from;
        if (blank_from == 0 && had_blank) return std::nullopt;
        if (is_blank(wanted.code)) {
            if (!had_blank) return std::nullopt;
            word_before = false;
            continue;
        }
        const bool word = is_name_part(wanted.code);
        if (had_blank && word && word_before) return std::nullopt;
        if (in_text >= text.size() || character_at(text, in_text).code != wanted.code)
            return std::nullopt;
        in_text += wanted.length;
        word_before = word;
    }
    if (word_before && in_text < text.size() && is_name_part(character_at(text, in_text).code))
        return std::nullopt;
    return in_text;
}

void Scope::open()
{
    levels_.push_back({{}, std::nullopt, next_});
}

void Scope::open_item(std::size_t slot)
{
    levels_.push_back({{}, slot, next_});
}

void Scope::close()
{
    next_ = levels_.back().next;
    levels_.pop_back();
}

void Scope::close_to(std::size_t levels)
{
    while (levels_.size() > levels) close();
}

void Scope::note_member(std::string_view name)
{
    members_.insert(normal_name(name));
}

void Scope::note_members(const Type& type)
{
    for (const Type::Field& field : type.fields) {
        note_member(field.name);
        note_members(field.type);
    }
    if (type.element) note_members(*type.element);
}

std::size_t Scope::declare(std::string_view name, const Type& type)
{
    const std::size_t slot = reserve();
    levels_.back().variables.push_back({normal_name(name), slot});
    note_members(type);
    return slot;
}

std::size_t Scope::reserve()
{
    const std::size_t slot = next_++;
    most_ = std::max(most_, next_);
    return slot;
}

void Scope::name_type(std::string_view name, Type type)
{
    types_.insert_or_assign(normal_name(name), std::move(type));
}

const Type* Scope::find_type(std::string_view name) const
{
    const auto found = types_.find(name);
    return found == types_.end() ? nullptr : &found->second;
}

Scope::Found Scope::find(std::string_view name) const
{
    Found found;
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
        if (level->item_slot) found.item_slots.push_back(*level->item_slot);
        for (auto each = level->variables.rbegin(); each != level->variables.rend(); ++each) {
            if (each->name == name) {
                found.slot = each->slot;
                return found;
            }
        }
    }
    return found;
}

namespace {

void consider(std::optional<Scope::Match>& best, std::string_view text, std::string_view name)
{
    const auto length = spells(text, name);
    if (length && (!best || *length > best->length)) best = Scope::Match{*length, name};
}

}  // namespace

std::optional<Scope::Match> Scope::longest_name(std::string_view text) const
{
    std::optional<Match> best;
    bool in_item = false;
    for (const Level& level : levels_) {
        in_item = in_item || level.item_slot.has_value();
        for (const Variable& variable : level.variables) consider(best, text, variable.name);
    }
    if (in_item) {
        for (const std::string& name : members_) consider(best, text, name);
    }
    return best;
}

std::optional<Scope::Match> Scope::longest_member(std::string_view text) const
{
    std::optional<Match> best;
    for (const std::string_view property : {"start included", "end included", "time offset"})
        consider(best, text, property);
    for (const std::string& name : members_) consider(best, text, name);
    return best;
}

std::optional<Scope::Match> Scope::longest_type(std::string_view text) const
{
    std::optional<Match> best;
    for (const auto& [name, type] : types_) consider(best, text, name);
    return best;
}

}  // namespace engine::feel
