// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/crypto/bytes.h>
#include <platform/crypto/random.h>

namespace platform::crypto {

using KeyId = std::uint32_t;

/// A key for AES-256-GCM and the name under which ciphertexts remember it.
struct SealingKey {
    KeyId id = 0;
    SecretKey key;
};

/// AES-256-GCM (NIST SP 800-38D) of `plain`, bound to `associated`, which is not stored.
///
/// Layout: 1 (version) ‖ key id (4) ‖ nonce (12) ‖ ciphertext ‖ tag (16); 33 bytes more than
/// `plain`. The nonce is random: at most 2^32 messages a key.
Bytes seal(const SealingKey& key, ByteView associated, ByteView plain, Random& random);

/// What was sealed with this key and this associated data.
/// Errors: crypto.unreadable (another key, other associated data, or altered bytes).
base::Result<Bytes> unseal(const SealingKey& key, ByteView associated, ByteView sealed);

/// The id of the key that sealed it. Errors: crypto.unreadable (not something that seal made).
base::Result<KeyId> sealing_key_id(ByteView sealed);

}  // namespace platform::crypto
