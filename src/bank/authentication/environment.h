// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/crypto/keyring.h>

#include <string>
#include <vector>

namespace bank::authentication {

/// How strict signing in is. Data of the bank.
struct Policy {
    int password_tries = 5;  // Wrong ones in a row before a lock.
    std::int64_t lock_seconds =
        900;                      // The first lock; each further one is twice as long, to a day.
    int second_factor_tries = 5;  // The same for the codes of an authenticator app.

    int code_tries = 5;                     // Wrong ones before an SMS code is void.
    std::int64_t code_seconds = 300;        // How long an SMS code is good.
    std::int64_t code_resend_seconds = 60;  // Between two codes to one phone for one purpose.
    int codes_per_hour = 6;                 // To one phone, whatever for.
    int codes_per_day = 20;

    std::int64_t challenge_seconds = 300;  // To answer a challenge, and to use the proof it gave.

    std::int64_t visitor_idle_seconds = 1800, visitor_seconds = 7200;
    std::int64_t customer_idle_seconds = 900, customer_seconds = 43200;  // NIST SP 800-63B AAL2.
    std::int64_t staff_idle_seconds = 1800, staff_seconds = 43200;
};

/// Who passkeys are for (WebAuthn Level 3, section 5.4.2). Configuration: it changes with the
/// address under which people reach the bank.
struct RelyingParty {
    std::string id = "localhost";
    std::string name = "Yungui";
    std::vector<std::string> origins = {"http://localhost:8080"};
};

/// What every operation here needs; lives as long as the program. Thread-safe.
struct Environment {
    const platform::crypto::Keyring& keyring;
    platform::crypto::Random& random;
    Policy policy{};
    RelyingParty relying_party{};
};

}  // namespace bank::authentication
