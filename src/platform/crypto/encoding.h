// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/crypto/bytes.h>

namespace platform::crypto {

/// Lower-case hexadecimal. from_hex accepts both cases. Errors: encoding.malformed.
std::string to_hex(ByteView bytes);
base::Result<Bytes> from_hex(std::string_view text);

/// RFC 4648 section 5, without padding. Reading refuses padding, foreign characters and unused bits
/// that are not zero, so that one value has one text. Errors: encoding.malformed.
std::string to_base64url(ByteView bytes);
base::Result<Bytes> from_base64url(std::string_view text);

/// RFC 4648 section 4, with padding; reading is as strict. Errors: encoding.malformed.
std::string to_base64(ByteView bytes);
base::Result<Bytes> from_base64(std::string_view text);

/// RFC 4648 section 6 without padding, as authenticator apps read secrets; lower case is read too.
/// Errors: encoding.malformed.
std::string to_base32(ByteView bytes);
base::Result<Bytes> from_base32(std::string_view text);

}  // namespace platform::crypto
