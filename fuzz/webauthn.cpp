// SPDX-License-Identifier: Apache-2.0
// Any bytes as attestation object or authenticator data, behind client data that pass: no crash, no
// hang, and nothing that was not signed is accepted.
#include <bank/authentication/webauthn.h>
#include <base/ensure.h>
#include <platform/crypto/encoding.h>

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    namespace crypto = platform::crypto;
    using namespace bank::authentication;
    static const RelyingParty party{"bank.example", "", {"https://bank.example"}};
    static const crypto::Bytes challenge(32, 9);
    static const std::string rest = "\",\"challenge\":\"" + crypto::to_base64url(challenge) +
                                    "\",\"origin\":\"https://bank.example\"}";
    static const std::string create = "{\"type\":\"webauthn.create" + rest;
    static const std::string get = "{\"type\":\"webauthn.get" + rest;
    static const crypto::P256Key key = crypto::P256Key::generate();

    const Demand demand{.relying_party = party, .challenge = challenge, .user_verification = false};
    const crypto::ByteView bytes{data, size};
    const auto registered = verify_registration(crypto::as_bytes(create), bytes, demand, {});
    if (registered) base::ensure(!registered.value().trusted);

    // A COSE_Key of a fresh P-256 key: no input can hold a signature of it.
    crypto::Bytes cose{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32};
    const crypto::Bytes x = key.x();
    const crypto::Bytes y = key.y();
    cose.insert(cose.end(), x.begin(), x.end());
    cose.insert(cose.end(), {0x22, 0x58, 32});
    cose.insert(cose.end(), y.begin(), y.end());
    const std::size_t half = size / 2;
    const auto asserted = verify_assertion(
        {crypto::as_bytes(get), bytes.first(half), bytes.subspan(half)}, {cose, 0, false}, demand);
    base::ensure(!asserted.has_value());

    static_cast<void>(verify_registration(bytes, bytes, demand, {}));
    return 0;
}
