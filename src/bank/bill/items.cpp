// SPDX-License-Identifier: Apache-2.0
#include <bank/bill/items.h>

#include <bank/bill/internal/matching.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <tuple>

namespace bank::bill {

using internal::Care;
using internal::Key;

namespace {

constexpr double neutral = 0.5;  // Nothing was said of the kind, or of the place.
constexpr std::string_view ends_of_places[] = {"市", "区", "县", " City", " District", " County"};

base::Text joined(const base::Text& first, const base::Text& second)
{
    base::Text text;
    for (const auto& [language, words] : first) {
        const auto other = base::in_language(second, language);
        text[language] =
            language == "zh" ? words + std::string{other} : std::string{other} + ", " + words;
    }
    return text;
}

std::string without_end(const std::string& name)
{
    for (const auto end : ends_of_places) {
        if (name.ends_with(end)) return name.substr(0, name.size() - end.size());
    }
    return name;
}

/// A city is meant less exactly than one of its districts.
std::vector<Key> keys_of(const catalog::BillCity& city, const catalog::BillDistrict& district)
{
    std::vector<Key> keys;
    for (const auto& [language, name] : district.name) {
        const std::string of{base::in_language(city.name, language)};
        for (const std::string& one : {name, without_end(name)}) {
            keys.push_back(internal::key_of(one, 1.0));
            for (const std::string& above : {of, without_end(of)}) {
                keys.push_back(internal::key_of(above + " " + one, 1.0));
            }
        }
        keys.push_back(internal::key_of(of, 0.85));
        keys.push_back(internal::key_of(without_end(of), 0.85));
    }
    return keys;
}

std::vector<Key> keys_of(const catalog::BillKind& kind)
{
    std::vector<Key> keys;
    for (const auto& [language, name] : kind.name) keys.push_back(internal::key_of(name, 1.0));
    for (const auto& name : kind.also) keys.push_back(internal::key_of(name, 0.98));
    for (const auto& [language, name] : kind.biller) keys.push_back(internal::key_of(name, 0.7));
    return keys;
}

/// The two halves of a query: which part speaks of the place and which of the kind.
struct Reading {
    std::u32string place;
    std::u32string kind;
};

std::u32string without_blanks(std::u32string text)
{
    std::erase(text, U' ');
    return text;
}

/// Cut anywhere where no blank says where; the shorter the query, the fewer readings.
std::vector<Reading> readings_of(const std::u32string& query)
{
    std::vector<Reading> readings;
    const bool blanks = query.find(U' ') != std::u32string::npos;
    for (std::size_t cut = 0; cut <= query.size(); ++cut) {
        if (blanks && cut != 0 && cut != query.size() && query[cut] != U' ') continue;
        const auto front = without_blanks(query.substr(0, cut));
        const auto back = without_blanks(query.substr(cut));
        readings.push_back({front, back});
        readings.push_back({back, front});
    }
    return readings;
}

}  // namespace

struct Items::Index {
    struct Place {
        const catalog::BillCity* city;
        const catalog::BillDistrict* district;
        std::vector<Key> keys;
    };
    struct Guest {
        catalog::BillKind kind;
        base::Text biller_name;
        Item item;
        std::vector<Key> keys;
        const Place* place;
        bool here = true;
    };
    std::vector<Place> places;
    std::vector<std::vector<Key>> kinds;
    std::map<std::string, std::pair<std::size_t, std::size_t>, std::less<>> by_code;

    // What joined: never moved or removed, since items hold views of it.
    mutable std::shared_mutex mutex;
    std::deque<Guest> guests;
};

base::Text Item::name() const
{
    return kind->name;
}

base::Text Item::place() const
{
    return joined(city->name, district->name);
}

base::Text Item::biller_name() const
{
    if (joined_as != nullptr) return *joined_as;
    base::Text text;
    for (const auto& [language, words] : kind->biller) {
        const std::string of{base::in_language(city->name, language)};
        text[language] = of + (language == "zh" ? "" : " ") + words;
    }
    return text;
}

Items::Items(std::shared_ptr<const catalog::BillCatalogue> catalogue)
    : catalogue_(std::move(catalogue)), index_(std::make_unique<Index>())
{
    if (catalogue_ == nullptr) return;
    for (const auto& city : catalogue_->cities) {
        for (const auto& district : city.districts) {
            index_->places.push_back({&city, &district, keys_of(city, district)});
        }
    }
    for (std::size_t kind = 0; kind < catalogue_->kinds.size(); ++kind) {
        index_->kinds.push_back(keys_of(catalogue_->kinds[kind]));
        for (std::size_t place = 0; place < index_->places.size(); ++place) {
            index_->by_code.emplace(item_at(kind, place).code, std::pair{kind, place});
        }
    }
}

Items::~Items() = default;

std::size_t Items::size() const
{
    return index_->by_code.size();
}

Item Items::item_at(std::size_t kind, std::size_t place) const
{
    const auto& one = catalogue_->kinds[kind];
    const auto& where = index_->places[place];
    const std::string biller = one.code + "." + where.city->code;
    return {biller + "." + where.district->code, &one, where.city, where.district, biller};
}

base::Result<void> Items::join(const JoinedItem& item)
{
    const auto place =
        std::find_if(index_->places.begin(), index_->places.end(), [&](const Index::Place& one) {
            return one.city->code == item.city && one.district->code == item.district;
        });
    const bool category = catalogue_ != nullptr &&
                          std::any_of(catalogue_->categories.begin(), catalogue_->categories.end(),
                                      [&](const auto& one) { return one.code == item.category; });
    if (place == index_->places.end() || !category) {
        return base::invalid("bill.place_unknown", "there is no such category, city or district");
    }
    if (index_->by_code.contains(item.code)) {
        return base::conflict("bill.item_taken", "an item of the bank has this code");
    }
    Index::Guest guest{
        .kind = {item.code, item.category, item.name, {}, item.biller_name, "number"},
        .biller_name = item.biller_name,
        .item = {},
        .keys = {},
        .place = &*place};
    guest.keys = keys_of(guest.kind);
    const std::unique_lock lock{index_->mutex};
    for (auto& one : index_->guests) {
        if (one.item.code == item.code) one.here = false;
    }
    auto& added = index_->guests.emplace_back(std::move(guest));
    added.item = {item.code,   &added.kind,      place->city,       place->district,
                  item.biller, item.institution, &added.biller_name};
    return {};
}

void Items::leave(std::string_view biller)
{
    const std::unique_lock lock{index_->mutex};
    for (auto& one : index_->guests) {
        if (one.item.biller == biller) one.here = false;
    }
}

std::optional<Item> Items::find(std::string_view code) const
{
    const auto it = index_->by_code.find(code);
    if (it == index_->by_code.end()) {
        const std::shared_lock lock{index_->mutex};
        for (const auto& guest : index_->guests) {
            if (guest.here && guest.item.code == code) return guest.item;
        }
        return std::nullopt;
    }
    return item_at(it->second.first, it->second.second);
}

const catalog::FormSection& Items::form(const Item& item) const
{
    const auto* section = catalogue_->forms.section(item.kind->form);
    base::ensure(section != nullptr);
    return *section;
}

Items::Found Items::search(std::string_view words, std::string_view category, std::string_view city,
                           std::size_t limit, std::string_view institution) const
{
    Found found;
    if (catalogue_ == nullptr) return found;
    const std::size_t kinds = index_->kinds.size();
    const std::size_t places = index_->places.size();
    const std::size_t own = kinds * places;
    const std::shared_lock lock{index_->mutex};
    std::vector<double> best(own + index_->guests.size());
    const std::u32string query = internal::normalised(words);

    const auto read = [&](Care care) {
        // A part of the query stands in two readings at least: it is compared once.
        std::map<std::u32string, std::vector<double>> of_kinds;
        std::map<std::u32string, std::vector<double>> of_places;
        const auto scores = [&](auto& known, const std::u32string& part, std::size_t count,
                                auto keys) -> const std::vector<double>& {
            const auto [it, fresh] = known.try_emplace(part, count, neutral);
            if (fresh && !part.empty()) {
                const auto prepared = internal::part_of(part);
                for (std::size_t i = 0; i < count; ++i) {
                    it->second[i] = internal::score(prepared, keys(i), care);
                }
            }
            return it->second;
        };
        for (const Reading& reading : readings_of(query)) {
            for (std::size_t i = 0; i < index_->guests.size(); ++i) {
                const auto& guest = index_->guests[i];
                const auto part = [&](const std::u32string& words_of, const auto& keys) {
                    return words_of.empty()
                               ? neutral
                               : internal::score(internal::part_of(words_of), keys, care);
                };
                if (!guest.here || guest.item.institution != institution) continue;
                best[own + i] = std::max(best[own + i], part(reading.kind, guest.keys) *
                                                            part(reading.place, guest.place->keys));
            }
            const auto& kind_scores = scores(
                of_kinds, reading.kind,
                kinds, [&](std::size_t i) -> const auto& { return index_->kinds[i]; });
            if (std::all_of(kind_scores.begin(), kind_scores.end(),
                            [](double one) { return one == 0; })) {
                continue;
            }
            const auto& place_scores = scores(
                of_places, reading.place,
                places, [&](std::size_t i) -> const auto& { return index_->places[i].keys; });
            for (std::size_t kind = 0; kind < kinds; ++kind) {
                if (kind_scores[kind] == 0) continue;
                for (std::size_t place = 0; place < places; ++place) {
                    double& so_far = best[kind * places + place];
                    so_far = std::max(so_far, kind_scores[kind] * place_scores[place]);
                }
            }
        }
    };
    const auto wanted = [&](std::size_t at) {
        if (best[at] <= 0) return false;
        const bool guest = at >= own;
        const auto& kind = guest ? index_->guests[at - own].kind : catalogue_->kinds[at / places];
        const auto& place = guest ? *index_->guests[at - own].place : index_->places[at % places];
        return (category.empty() || kind.category == category) &&
               (city.empty() || place.city->code == city);
    };
    std::vector<std::size_t> hits;
    for (const Care care : {Care::exact, Care::one_wrong}) {
        read(care);
        for (std::size_t at = 0; at < best.size(); ++at) {
            if (wanted(at)) hits.push_back(at);
        }
        if (!hits.empty()) break;
    }
    found.total = hits.size();
    const auto shown = static_cast<std::ptrdiff_t>(std::min(limit, hits.size()));
    std::partial_sort(hits.begin(), hits.begin() + shown, hits.end(),
                      [&](std::size_t a, std::size_t b) {
                          return std::tuple(-best[a], a) < std::tuple(-best[b], b);
                      });
    for (std::ptrdiff_t i = 0; i < shown; ++i) {
        const std::size_t at = hits[static_cast<std::size_t>(i)];
        found.items.push_back(at < own ? item_at(at / places, at % places)
                                       : index_->guests[at - own].item);
    }
    return found;
}

}  // namespace bank::bill
