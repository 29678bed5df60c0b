// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/keyring.h>

#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>
#include <platform/crypto/internal/private_file.h>

#include <sstream>

namespace platform::crypto {

using base::Result;

namespace {

constexpr std::string_view heading = "yungui-keys 1";

base::Error malformed()
{
    return base::invalid("keyring.malformed", "the key file is damaged or of another version");
}

constexpr std::size_t most_purposes = 1024;  // More than the bank has.

}  // namespace

SealingKey Keyring::derived(KeyId id, const SecretKey& master, std::string_view purpose) const
{
    auto& keys = derived_[id];
    auto found = keys.find(purpose);
    if (found == keys.end()) {
        if (keys.size() >= most_purposes) keys.clear();
        found = keys.emplace(purpose, derive_key(master, purpose)).first;
    }
    return {id, found->second};
}

Result<std::unique_ptr<Keyring>> Keyring::open_or_create(const std::filesystem::path& path,
                                                         Random& random, base::Instant now)
{
    std::unique_ptr<Keyring> ring(new Keyring);
    ring->path_ = path;
    if (!std::filesystem::exists(path)) {
        ring->rotate(random, now);
        return ring;
    }
    if (!is_private_file(path)) {
        return base::forbidden("keyring.exposed",
                               "others may read the key file; set its mode to 600");
    }
    std::istringstream text(read_file(path));
    std::string line;
    if (!std::getline(text, line) || line != heading) return malformed();
    while (std::getline(text, line)) {
        std::istringstream fields(line);
        KeyId id = 0;
        std::string created;
        std::string encoded;
        fields >> id >> created >> encoded;
        const Bytes bytes = TRY(from_base64url(encoded));
        const KeyId last = ring->entries_.empty() ? 0 : ring->entries_.rbegin()->first;
        if (!fields || id <= last || bytes.size() != SecretKey::size) return malformed();
        ring->entries_[id] = {created,
                              SecretKey(std::span<const std::uint8_t, SecretKey::size>{bytes})};
    }
    if (ring->entries_.empty()) return malformed();
    return ring;
}

std::unique_ptr<Keyring> Keyring::in_memory(Random& random)
{
    std::unique_ptr<Keyring> ring(new Keyring);
    ring->rotate(random, {});
    return ring;
}

KeyId Keyring::current_id() const
{
    const std::lock_guard lock(mutex_);
    return entries_.rbegin()->first;
}

std::vector<KeyId> Keyring::ids() const
{
    const std::lock_guard lock(mutex_);
    std::vector<KeyId> all;
    for (const auto& [id, entry] : entries_) all.push_back(id);
    return all;
}

SealingKey Keyring::sealing_key(std::string_view purpose) const
{
    const std::lock_guard lock(mutex_);
    const auto& [id, entry] = *entries_.rbegin();
    return derived(id, entry.key, purpose);
}

SealingKey Keyring::first_sealing_key(std::string_view purpose) const
{
    const std::lock_guard lock(mutex_);
    const auto& [id, entry] = *entries_.begin();
    return derived(id, entry.key, purpose);
}

Result<SealingKey> Keyring::sealing_key(std::string_view purpose, KeyId id) const
{
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) {
        return base::not_found("keyring.unknown_key", "no key " + std::to_string(id));
    }
    return derived(id, found->second.key, purpose);
}

KeyId Keyring::rotate(Random& random, base::Instant now)
{
    const std::lock_guard lock(mutex_);
    const KeyId id = entries_.empty() ? 1 : entries_.rbegin()->first + 1;
    entries_[id] = {base::to_string(now), random.key()};
    save();
    return id;
}

Result<void> Keyring::remove(KeyId id)
{
    const std::lock_guard lock(mutex_);
    if (!entries_.contains(id)) {
        return base::not_found("keyring.unknown_key", "no key " + std::to_string(id));
    }
    if (entries_.rbegin()->first == id) {
        return base::conflict("keyring.in_use", "the current key cannot be removed");
    }
    entries_.erase(id);
    derived_.clear();
    save();
    return {};
}

void Keyring::save() const
{
    if (path_.empty()) return;
    std::string text(heading);
    text += '\n';
    for (const auto& [id, entry] : entries_) {
        text +=
            std::to_string(id) + ' ' + entry.created + ' ' + to_base64url(entry.key.view()) + '\n';
    }
    replace_private_file(path_, text);
}

}  // namespace platform::crypto
