// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bank::risk {

/// One entry of a list of persons and organisations that the bank must not serve. Comes as data.
struct ListedParty {
    std::string id;
    std::vector<std::string> names;  // In every script it is known under.
    std::optional<base::Date> born = {};
    std::string document_number = {};
};

/// Whom to look for.
struct Person {
    std::string_view name;
    std::optional<base::Date> born = {};
    std::string_view document_number = {};
};

/// How sure a hit is: `possible` by name alone, `likely` by name and date of birth, `certain` by
/// document. A listed date of birth or document that differs makes a name's hit `unlikely`.
enum class Likeness { unlikely, possible, likely, certain };

struct Hit {
    std::string_view id;  // Of the list's entry; lives as long as the list.
    Likeness likeness;
};

/// A sanctions list, prepared for screening. Immutable; any thread.
///
/// Names match when they are the same letters in the same or another order of words: case, width,
/// accents of Latin letters, blanks, hyphens, and middle dots do not count. Long Latin names may
/// differ by one letter.
class SanctionsList {
public:
    SanctionsList(std::string version, std::vector<ListedParty> parties);

    /// Hits, the surest first.
    std::vector<Hit> screen(const Person& person) const;
    std::string_view version() const { return version_; }

private:
    std::string version_;
    std::vector<ListedParty> parties_;
    std::unordered_multimap<std::string, std::size_t> by_name_;
    std::unordered_map<std::string, std::size_t> by_document_;
    std::vector<std::pair<std::string, std::size_t>> long_names_;     // Name and party.
    std::unordered_multimap<std::size_t, std::size_t> by_shortened_;  // Hash to long name.
};

/// The forms in which names are compared: their letters as written, and with the words sorted.
std::string comparable_name(std::string_view name);
std::string comparable_words(std::string_view name);

}  // namespace bank::risk
