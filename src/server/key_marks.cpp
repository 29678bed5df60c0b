// SPDX-License-Identifier: Apache-2.0
#include <server/key_marks.h>

#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>

#include <algorithm>

namespace server {

namespace crypto = platform::crypto;
namespace sql = platform::sql;
using base::Result;

namespace {

constexpr sql::Migration key_mark_steps[] = {
    {"server", 1, "create table server_key_mark(name text primary key, mark text not null)"}};

constexpr std::string_view purpose = "key-mark";
const std::string master_key = "keys/";
const std::string partner_key = "partner-keys/";

std::string mark_of(crypto::ByteView key)
{
    return crypto::to_hex(crypto::Hmac{key}.code256(crypto::as_bytes(purpose)));
}

KeyMarks marks_of(const crypto::Keyring& keyring)
{
    KeyMarks marks;
    for (const auto id : keyring.ids()) {
        const auto key = keyring.sealing_key(purpose, id);
        base::ensure(key.has_value());
        marks[master_key + std::to_string(id)] = mark_of(key.value().key.view());
    }
    return marks;
}

base::Error differ(const std::string& name, std::string_view how)
{
    return base::conflict("server.keys_differ",
                          "these are not the keys that the bank's books were written with (" +
                              name + " " + std::string{how} +
                              "); copy keys and partner-keys from the data folder that was used");
}

bool knows_any(const KeyMarks& known, const std::string& prefix)
{
    const auto first = known.lower_bound(prefix);
    return first != known.end() && first->first.starts_with(prefix);
}

Result<void> check_there(const KeyMarks& known, const std::string& prefix,
                         const std::filesystem::path& file)
{
    if (!knows_any(known, prefix) || std::filesystem::exists(file)) return {};
    return base::not_found("server.keys_missing",
                           "the bank's books exist already, but " + file.string() +
                               " does not; copy it from the data folder that was used");
}

}  // namespace

std::span<const sql::Migration> key_mark_migrations()
{
    return key_mark_steps;
}

KeyMarks known_key_marks(sql::Snapshot& snapshot)
{
    KeyMarks marks;
    auto row = snapshot.query("select name, mark from server_key_mark");
    while (row.next()) marks.emplace(row.string(0), row.string(1));
    return marks;
}

Result<void> check_keys(const KeyMarks& known, const std::filesystem::path& folder,
                        crypto::Random& random, base::Instant now)
{
    if (known.empty()) return {};
    TRY(check_there(known, master_key, folder / "keys"));
    TRY(check_there(known, partner_key, folder / "partner-keys"));
    const auto keyring = TRY(crypto::Keyring::open_or_create(folder / "keys", random, now));
    const auto partner_keys =
        TRY(platform::signing::SharedKeys::open_or_create(folder / "partner-keys", {}, random));
    const KeyMarks ours = marks_of(*keyring);
    for (const auto& [name, mark] : known) {
        if (name.starts_with(master_key)) {
            const auto found = ours.find(name);
            if (found == ours.end()) return differ(name, "is not here");
            if (found->second != mark) return differ(name, "is another");
            continue;
        }
        // Of partners some may be gone.
        const auto key = partner_keys.find(std::string_view{name}.substr(partner_key.size()));
        if (key && mark_of(key->view()) != mark) return differ(name, "is another");
    }
    return {};
}

Result<void> mark_keys(sql::Book& house, const crypto::Keyring& keyring,
                       const platform::signing::SharedKeys& partner_keys,
                       std::span<const std::string> partners)
{
    KeyMarks ours = marks_of(keyring);
    for (const auto& partner : partners) {
        if (const auto key = partner_keys.find(partner))
            ours[partner_key + partner] = mark_of(key->view());
    }
    const auto known =
        house.read([](sql::Snapshot& snapshot) { return known_key_marks(snapshot); });
    const bool all_known = std::all_of(ours.begin(), ours.end(),
                                       [&](const auto& one) { return known.contains(one.first); });
    if (all_known) return {};
    return house.write([&](sql::Transaction& transaction) -> Result<void> {
        for (const auto& [name, mark] : ours) {
            transaction.execute(
                "insert into server_key_mark(name, mark) values (?, ?) on conflict (name) do "
                "nothing",
                name, mark);
        }
        return {};
    });
}

}  // namespace server
