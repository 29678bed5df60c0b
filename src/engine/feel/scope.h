// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/type.h>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace engine::feel {

/// The names that an expression may use, while it is compiled. Each variable has a slot of the
/// Frame that the expression is evaluated in.
///
/// FEEL's names may hold blanks and signs ("Monthly Payment", "profit-and-loss"), so a text can be
/// read only against the names that are known.
class Scope {
public:
    struct Variable {
        std::string name;
        std::size_t slot;
    };

    /// Opens a level; names declared later hide equal ones of outer levels.
    void open();
    void close();

    /// How many levels are open; closes those beyond `levels`, as after a text that was refused.
    std::size_t level_count() const { return levels_.size(); }
    void close_to(std::size_t levels);

    /// Opens a level whose names are only known when it runs: the entries of the context in `slot`,
    /// as in a filter.
    void open_item(std::size_t slot);

    /// Names of fields that may follow a dot; those of `type` are noted too.
    void note_member(std::string_view name);
    void note_members(const Type& type);

    /// Declares a variable in the innermost level and gives its slot.
    std::size_t declare(std::string_view name, const Type& type = {});

    /// A slot without a name.
    std::size_t reserve();

    /// The slots that a Frame for what was compiled so far needs.
    std::size_t slot_count() const { return most_; }
    std::size_t depth() const { return next_; }

    /// Named types: item definitions. Nothing for what is not one.
    void name_type(std::string_view name, Type type);
    const Type* find_type(std::string_view name) const;

    struct Found {
        std::vector<std::size_t> item_slots;  // Contexts to ask first, innermost first.
        std::optional<std::size_t> slot;      // Else this variable.
    };
    Found find(std::string_view name) const;

    /// The length of the longest known name (variables, and fields inside a filter) that `text`
    /// begins with, and that name; nothing where none fits.
    struct Match {
        std::size_t length;
        std::string_view name;
    };
    std::optional<Match> longest_name(std::string_view text) const;
    std::optional<Match> longest_member(std::string_view text) const;
    std::optional<Match> longest_type(std::string_view text) const;

private:
    struct Level {
        std::vector<Variable> variables;
        std::optional<std::size_t> item_slot;
        std::size_t next;  // To go back to when it closes.
    };

    std::vector<Level> levels_{Level{{}, std::nullopt, 0}};
    std::set<std::string, std::less<>> members_;
    std::map<std::string, Type, std::less<>> types_;
    std::size_t next_ = 0;
    std::size_t most_ = 0;
};

/// Blanks between words made one, those around signs and at both ends dropped.
std::string normal_name(std::string_view name);

/// The length of the part of `text` that spells `name`, whatever the blanks; nothing if it does
/// not.
std::optional<std::size_t> spells(std::string_view text, std::string_view name);

}  // namespace engine::feel
