// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <platform/crypto/bytes.h>
#include <platform/crypto/hash.h>

#include <optional>

namespace platform::crypto {

/// The counter-based one-time code of RFC 4226: `digits` (6 to 8) decimal digits.
std::string hotp(ByteView secret, std::uint64_t counter, int digits = 6,
                 HashAlgorithm algorithm = HashAlgorithm::sha1);

inline constexpr std::int64_t totp_step_seconds = 30;

/// The number of the 30-second step (RFC 6238) that `now` falls into.
std::uint64_t totp_step(base::Instant now);

/// The step whose six-digit SHA-1 code `code` is, out of the step of `now` and one to either side,
/// or none. The caller refuses a step that is not later than the last one accepted (RFC 6238
/// section 5.2: a code is good once).
std::optional<std::uint64_t> matching_totp_step(ByteView secret, std::string_view code,
                                                base::Instant now);

/// The address that authenticator apps read from a QR code. Both names are percent-encoded.
std::string totp_address(ByteView secret, std::string_view issuer, std::string_view account);

}  // namespace platform::crypto
