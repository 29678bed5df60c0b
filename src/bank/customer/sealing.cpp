// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/sealing.h>

#include <bank/customer/internal/records.h>

namespace bank::customer {

namespace {

constexpr std::size_t keys_kept = 4096;

std::string binding(CustomerId person, std::string_view purpose)
{
    return "text " + to_string(person) + " " + std::string{purpose};
}

}  // namespace

base::Result<platform::crypto::SealingKey> Sealing::key_of(CustomerId person)
{
    {
        const std::lock_guard lock{mutex_};
        if (const auto it = keys_.find(person); it != keys_.end()) {
            order_.splice(order_.begin(), order_, it->second.second);
            return it->second.first;
        }
    }
    auto key = TRY(book_.read(
        [&](platform::sql::Snapshot& snapshot) { return data_key(snapshot, vault_, person); }));
    const std::lock_guard lock{mutex_};
    if (keys_.contains(person)) return key;
    order_.push_front(person);
    keys_.emplace(person, std::pair{key, order_.begin()});
    if (keys_.size() > keys_kept) {
        keys_.erase(order_.back());
        order_.pop_back();
    }
    return key;
}

base::Result<std::string> Sealing::seal(CustomerId person, std::string_view purpose,
                                        std::string_view plain)
{
    namespace crypto = platform::crypto;
    const auto key = TRY(key_of(person));
    return crypto::as_text(crypto::seal(key, crypto::as_bytes(binding(person, purpose)),
                                        crypto::as_bytes(plain), vault_.random()));
}

base::Result<std::string> Sealing::open(CustomerId person, std::string_view purpose,
                                        std::string_view sealed)
{
    namespace crypto = platform::crypto;
    const auto key = TRY(key_of(person));
    return crypto::as_text(TRY(
        crypto::unseal(key, crypto::as_bytes(binding(person, purpose)), crypto::as_bytes(sealed))));
}

void Sealing::forget(CustomerId person)
{
    const std::lock_guard lock{mutex_};
    if (const auto it = keys_.find(person); it != keys_.end()) {
        order_.erase(it->second.second);
        keys_.erase(it);
    }
}

}  // namespace bank::customer
