// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <platform/crypto/random.h>
#include <platform/signing/shared_keys.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace sandbox {

struct Settings {
    std::filesystem::path data;   // Where the journal is kept.
    std::filesystem::path knows;  // police.yaml, bank.yaml, and so on: one of each partner
    std::uint16_t port = 8090;    // 0: any free one. Always on 127.0.0.1.
    std::string bank_url;         // "http://127.0.0.1:8080"
    std::string bank_authority_pem =
        {};  // Where the bank speaks TLS with a certificate of its own.
};

/// The partners of a demonstration bank, from the police identity check to the wallet. Each answers
/// signed questions at /<partner>/questions from what its data file knows, and tells the bank of
/// receipts, late answers and credits. /control changes what they know and how they behave;
/// /handset/messages shows what the phones received.
class Sandbox {
public:
    /// Throws std::runtime_error where the journal cannot be written.
    Sandbox(Settings settings, platform::signing::SharedKeys keys, const base::Clock& clock,
            platform::crypto::Random& random);
    ~Sandbox();

    /// Throws std::runtime_error where the port is taken.
    void start();
    std::uint16_t port() const;
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The names of the keys that the partners share with the bank: "partner-police" …
std::vector<std::string> key_names();

}  // namespace sandbox
