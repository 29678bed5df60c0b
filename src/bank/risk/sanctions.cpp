// SPDX-License-Identifier: Apache-2.0
#include <bank/risk/sanctions.h>

#include <algorithm>

namespace bank::risk {

namespace {

constexpr std::size_t long_name = 8;

bool may_differ_by_a_letter(std::string_view name)
{
    return name.size() >= long_name &&
           std::all_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// Whether one letter put in, left out or replaced makes the two the same.
bool differ_by_a_letter(std::string_view a, std::string_view b)
{
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > 1) return false;
    const auto [at, in_b] = std::mismatch(a.begin(), a.end(), b.begin());
    const auto rest_a = static_cast<std::size_t>(at - a.begin());
    const auto rest_b = static_cast<std::size_t>(in_b - b.begin());
    return a.size() == b.size() ? a.substr(std::min(rest_a + 1, a.size())) ==
                                      b.substr(std::min(rest_b + 1, b.size()))
                                : a.substr(rest_a) == b.substr(rest_b + 1);
}

/// Calls `visit` with `name` and with each text that lacks one of its letters: two names that
/// differ by a letter have one of these in common.
template <class Visit>
void each_shortened(const std::string& name, Visit visit)
{
    visit(name);
    for (std::size_t i = 0; i < name.size(); ++i) {
        std::string shorter = name;
        shorter.erase(i, 1);
        visit(shorter);
    }
}

}  // namespace

SanctionsList::SanctionsList(std::string version, std::vector<ListedParty> parties)
    : version_(std::move(version)), parties_(std::move(parties))
{
    for (std::size_t i = 0; i < parties_.size(); ++i) {
        for (const std::string& name : parties_[i].names) {
            for (const std::string& form : {comparable_name(name), comparable_words(name)}) {
                if (form.empty()) continue;
                by_name_.emplace(form, i);
                if (!may_differ_by_a_letter(form)) continue;
                const std::size_t number = long_names_.size();
                long_names_.emplace_back(form, i);
                each_shortened(form, [&](const std::string& key) {
                    by_shortened_.emplace(std::hash<std::string>{}(key), number);
                });
            }
        }
        if (!parties_[i].document_number.empty()) {
            by_document_.emplace(parties_[i].document_number, i);
        }
    }
}

std::vector<Hit> SanctionsList::screen(const Person& person) const
{
    std::vector<std::size_t> found;
    for (const std::string& form : {comparable_name(person.name), comparable_words(person.name)}) {
        const auto [first, last] = by_name_.equal_range(form);
        for (auto it = first; it != last; ++it) found.push_back(it->second);
        if (!may_differ_by_a_letter(form)) continue;
        each_shortened(form, [&](const std::string& key) {
            const auto [begin, end] = by_shortened_.equal_range(std::hash<std::string>{}(key));
            for (auto it = begin; it != end; ++it) {
                const auto& [name, party] = long_names_[it->second];
                if (differ_by_a_letter(form, name)) found.push_back(party);
            }
        });
    }
    std::vector<Hit> hits;
    const auto document = by_document_.find(std::string{person.document_number});
    if (document != by_document_.end()) {
        hits.push_back({parties_[document->second].id, Likeness::certain});
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    for (const std::size_t i : found) {
        const ListedParty& party = parties_[i];
        if (document != by_document_.end() && document->second == i) continue;
        const bool other_document = !party.document_number.empty() &&
                                    !person.document_number.empty() &&
                                    party.document_number != person.document_number;
        const bool both_born = party.born && person.born;
        const Likeness likeness = other_document || (both_born && *party.born != *person.born)
                                      ? Likeness::unlikely
                                  : both_born ? Likeness::likely
                                              : Likeness::possible;
        hits.push_back({party.id, likeness});
    }
    std::stable_sort(hits.begin(), hits.end(),
                     [](const Hit& a, const Hit& b) { return a.likeness > b.likeness; });
    return hits;
}

}  // namespace bank::risk
