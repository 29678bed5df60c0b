// SPDX-License-Identifier: Apache-2.0
// Who joined: applications, keys, items, and going live.
#include <bank/biller/joined.h>

#include <bank/biller/internal/joined_rows.h>
#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>

#include <algorithm>

namespace bank::biller {

using base::conflict;
using base::forbidden;
using base::invalid;
using base::not_found;
using base::Result;
using platform::sql::Parameter;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view between = "--";
constexpr std::size_t longest_word = 30;
constexpr std::size_t longest_text = 120;  // Bytes; forty characters.
constexpr std::size_t id_letters = 13;
constexpr std::size_t secret_bytes = 32;
constexpr std::string_view key_begins[] = {"yb-test-", "yb-live-"};

std::string hash_of_key(std::string_view key)
{
    return platform::crypto::to_hex(platform::crypto::sha256(platform::crypto::as_bytes(key)));
}

bool is_named(const base::Text& name)
{
    for (const char* language : {"zh", "en"}) {
        const auto it = name.find(language);
        if (it == name.end() || it->second.empty() || it->second.size() > longest_text)
            return false;
    }
    return true;
}

base::Error unknown_biller()
{
    return not_found("biller.unknown", "there is no such biller");
}

base::Error wrong_key()
{
    return forbidden("biller.key_wrong", "this key opens nothing here");
}

void record_application(Transaction& transaction, audit::Actor actor, std::string_view action,
                        std::string_view why, const Joined& biller)
{
    audit::append(transaction,
                  {.actor = actor,
                   .action = action,
                   .object = {"biller", biller.id.value},
                   .reason = why,
                   .details = {{"biller", biller.code}, {"state", to_string(biller.state)}}});
}

}  // namespace

bool internal::is_word(std::string_view text)
{
    if (text.empty() || text.size() > longest_word || text.front() == '-' || text.back() == '-')
        return false;
    return text.find(between) == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

bool is_joined(std::string_view biller)
{
    return biller.find(between) != std::string_view::npos;
}

std::string_view to_string(JoinedState state)
{
    constexpr std::string_view names[] = {"testing", "proposed", "live", "suspended"};
    return names[static_cast<std::size_t>(state)];
}

std::optional<JoinedState> joined_state_of(std::string_view name)
{
    for (const auto one :
         {JoinedState::testing, JoinedState::proposed, JoinedState::live, JoinedState::suspended}) {
        if (to_string(one) == name) return one;
    }
    return std::nullopt;
}

std::string_view to_string(Mode mode)
{
    return mode == Mode::test ? "test" : "live";
}

Result<JoinedBillers::Issued> JoinedBillers::apply(Transaction& transaction,
                                                   const Application& application)
{
    if (!internal::is_word(application.code) || !is_named(application.name) ||
        application.contact.empty() || application.contact.size() > longest_text) {
        return invalid("biller.application_malformed",
                       "give a code of lower-case words, a name in zh and en, and a contact");
    }
    const auto* catalogue = parts_.items.catalogue();
    const auto has = [](const auto& list, const std::string& code) {
        return std::any_of(list.begin(), list.end(),
                           [&](const auto& one) { return one.code == code; });
    };
    if (catalogue == nullptr || !has(catalogue->categories, application.category) ||
        !has(catalogue->cities, application.city)) {
        return invalid("bill.place_unknown", "there is no such category, city or district");
    }
    const std::string code = parts_.institution + std::string{between} + application.code;
    if (by_code(transaction, code)) {
        return conflict("biller.code_taken", "another biller has this code");
    }
    const Joined made{.id = transaction.new_id<JoinedId>(),
                      .code = code,
                      .name = application.name,
                      .category = application.category,
                      .city = application.city,
                      .contact = application.contact,
                      .applied_at = transaction.now(),
                      .changed_at = transaction.now()};
    internal::insert(transaction, made);
    record_application(transaction, {audit::ActorKind::visitor, 0}, "biller.apply", {}, made);
    return make_key(transaction, made.id, Mode::test);
}

Result<JoinedBillers::Issued> JoinedBillers::make_key(Transaction& transaction, JoinedId id,
                                                      Mode mode)
{
    const Joined biller = TRY(joined(transaction, id));
    if (mode == Mode::live && !biller.is_live()) {
        return conflict("biller.not_live", "the bank has not let this biller go live");
    }
    const std::string key = std::string{key_begins[static_cast<std::size_t>(mode)]} +
                            base::to_string(id) + "-" +
                            platform::crypto::to_base64url(parts_.random.bytes(secret_bytes));
    transaction.execute(
        "insert into biller_key(joined, mode, hash, made_at) values (?, ?, ?, ?)"
        " on conflict (joined, mode) do update set hash = excluded.hash, made_at ="
        " excluded.made_at",
        id, static_cast<int>(mode), hash_of_key(key), transaction.now());
    record_application(transaction, {audit::ActorKind::partner, id.value}, "biller.key",
                       to_string(mode), biller);
    return Issued{biller, key};
}

Result<JoinedId> JoinedBillers::id_in(std::string_view key)
{
    if (key.empty()) {
        return forbidden("biller.key_missing", "this needs the key of a biller");
    }
    const bool begins = key.starts_with(key_begins[0]) || key.starts_with(key_begins[1]);
    const std::size_t first = key_begins[0].size();
    if (!begins || key.size() < first + id_letters + 2 || key.size() > 100) return wrong_key();
    const auto id = base::parse_id<JoinedId>(key.substr(first, id_letters));
    return id ? id : Result<JoinedId>{wrong_key()};
}

Result<JoinedBillers::Caller> JoinedBillers::by_key(Snapshot& snapshot, std::string_view key) const
{
    const JoinedId id = TRY(id_in(key));
    const Mode mode = key.starts_with(key_begins[0]) ? Mode::test : Mode::live;
    const auto found = joined(snapshot, id);
    if (!found) return wrong_key();
    {
        auto row = snapshot.query("select hash from biller_key where joined = ? and mode = ?", id,
                                  static_cast<int>(mode));
        if (!row.next() || row.text(0) != hash_of_key(key)) return wrong_key();
    }
    if (mode == Mode::live && !found.value().is_live()) {
        return forbidden("biller.not_live", "the bank has suspended this biller");
    }
    return Caller{found.value(), mode};
}

std::string JoinedBillers::code_of(const Joined& biller, const OwnItem& item) const
{
    return biller.code + std::string{between} + item.code + "." + biller.city + "." + item.district;
}

void JoinedBillers::show(const Joined& biller, const std::vector<OwnItem>& items)
{
    parts_.items.leave(biller.code);
    if (!biller.is_live()) return;
    for (const auto& item : items) {
        if (!item.live) continue;
        // A place that the folder does not have any more is not shown.
        (void)parts_.items
            .join({.code = code_of(biller, item),
                   .institution = parts_.institution,
                   .biller = biller.code,
                   .name = item.name,
                   .biller_name = biller.name,
                   .category = biller.category,
                   .city = biller.city,
                   .district = item.district})
            .has_value();
    }
}

void JoinedBillers::show_items(Snapshot& snapshot)
{
    for (const auto& biller : internal::select_joined(snapshot, "live_at is not null", {})) {
        show(biller, items(snapshot, biller.id));
    }
}

Result<OwnItem> JoinedBillers::put_item(Transaction& transaction, const Joined& biller,
                                        const OwnItem& item)
{
    if (!internal::is_word(item.code) || !is_named(item.name)) {
        return invalid("biller.item_malformed",
                       "give a code of lower-case words and a name in zh and en");
    }
    const auto& cities = parts_.items.catalogue()->cities;
    const bool there = std::any_of(cities.begin(), cities.end(), [&](const auto& city) {
        return city.code == biller.city &&
               std::any_of(city.districts.begin(), city.districts.end(),
                           [&](const auto& one) { return one.code == item.district; });
    });
    if (!there) return invalid("bill.place_unknown", "there is no such category, city or district");
    OwnItem kept = item;
    kept.live = false;
    for (const auto& had : items(transaction, biller.id)) {
        if (had.code != item.code) continue;
        kept.live = had.live && had.name == item.name && had.district == item.district;
    }
    transaction.execute(
        "insert into biller_item(joined, code, name_zh, name_en, district, live) values (?, ?, ?,"
        " ?, ?, ?) on conflict (joined, code) do update set name_zh = excluded.name_zh, name_en ="
        " excluded.name_en, district = excluded.district, live = excluded.live",
        biller.id, kept.code, base::in_language(kept.name, "zh"),
        base::in_language(kept.name, "en"), kept.district, kept.live);
    if (biller.is_live() && !kept.live) {
        const auto all = items(transaction, biller.id);
        transaction.after_commit([this, biller, all] { show(biller, all); });
    }
    return kept;
}

std::vector<OwnItem> JoinedBillers::items(Snapshot& snapshot, JoinedId id) const
{
    std::vector<OwnItem> found;
    auto rows = snapshot.query(
        "select code, name_zh, name_en, district, live from biller_item where joined = ?"
        " order by code",
        id);
    while (rows.next()) {
        found.push_back({rows.string(0),
                         {{"zh", rows.string(1)}, {"en", rows.string(2)}},
                         rows.string(3),
                         rows.boolean(4)});
    }
    return found;
}

Result<Joined> JoinedBillers::joined(Snapshot& snapshot, JoinedId id) const
{
    const Parameter parameters[] = {id};
    auto found = internal::select_joined(snapshot, "id = ?", parameters);
    if (found.empty()) return unknown_biller();
    return std::move(found.front());
}

std::optional<Joined> JoinedBillers::by_code(Snapshot& snapshot, std::string_view code) const
{
    const Parameter parameters[] = {code};
    auto found = internal::select_joined(snapshot, "code = ?", parameters);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<Joined> JoinedBillers::all(Snapshot& snapshot, std::optional<JoinedState> state,
                                       JoinedId before, int limit) const
{
    std::string condition = "id < ?";
    std::vector<Parameter> parameters{before ? static_cast<std::int64_t>(before.value) : INT64_MAX};
    if (state) {
        condition += " and state = ?";
        parameters.emplace_back(static_cast<int>(*state));
    }
    parameters.emplace_back(limit);
    return internal::select_joined(snapshot, condition + " order by id desc limit ?", parameters);
}

std::optional<JoinedBillers::Act> JoinedBillers::act_of(std::string_view name)
{
    constexpr std::string_view names[] = {"propose", "approve", "send-back", "suspend", "resume"};
    const auto it = std::find(std::begin(names), std::end(names), name);
    if (it == std::end(names)) return std::nullopt;
    return static_cast<Act>(it - std::begin(names));
}

Result<Joined> JoinedBillers::act(Transaction& transaction, JoinedId id, Act act,
                                  std::uint64_t staff, std::string_view why)
{
    constexpr std::string_view actions[] = {"biller.propose", "biller.approve", "biller.send-back",
                                            "biller.suspend", "biller.resume"};
    Joined one = TRY(joined(transaction, id));
    auto own = items(transaction, id);
    const auto not_now = conflict("biller.not_now", "this cannot be done as the biller stands");
    const auto second = [&](std::uint64_t first) -> Result<void> {
        if (first != staff) return {};
        return forbidden("biller.same_person", "another person than the first has to do this");
    };
    if ((act == Act::send_back || act == Act::suspend) && (why.empty() || why.size() > 500)) {
        return invalid("biller.note_missing", "say in some words what was found out");
    }
    switch (act) {
        case Act::propose: {
            const bool fresh =
                std::any_of(own.begin(), own.end(), [](const OwnItem& item) { return !item.live; });
            if (own.empty()) return conflict("biller.no_items", "the biller has no items yet");
            if (one.state != JoinedState::testing && !(one.state == JoinedState::live && fresh))
                return not_now;
            one.state = JoinedState::proposed;
            one.maker = staff;
            one.reason.clear();
            break;
        }
        case Act::approve:
            if (one.state != JoinedState::proposed) return not_now;
            TRY(second(one.maker));
            one.state = JoinedState::live;
            one.checker = staff;
            if (!one.live_at) one.live_at = transaction.now();
            transaction.execute("update biller_item set live = 1 where joined = ?", id);
            break;
        case Act::send_back:
            if (one.state != JoinedState::proposed) return not_now;
            one.state = one.live_at ? JoinedState::live : JoinedState::testing;
            one.reason = why;
            break;
        case Act::suspend:
            if (!one.is_live()) return not_now;
            one.state = JoinedState::suspended;
            one.maker = staff;
            one.reason = why;
            break;
        case Act::resume:
            if (one.state != JoinedState::suspended) return not_now;
            TRY(second(one.maker));
            one.state = JoinedState::live;
            one.checker = staff;
            one.reason.clear();
            break;
    }
    one.changed_at = transaction.now();
    internal::update(transaction, one);
    record_application(transaction, {audit::ActorKind::staff, staff},
                       actions[static_cast<std::size_t>(act)], why, one);
    own = items(transaction, id);
    transaction.after_commit([this, one, own] { show(one, own); });
    return one;
}

}  // namespace bank::biller
