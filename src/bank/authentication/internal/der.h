// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/crypto/bytes.h>

#include <optional>

/// As much of DER (ITU-T X.690) as the extensions of attestation certificates need. Views into what
/// is read; nothing where it is not well made.
namespace bank::authentication::der {

using platform::crypto::ByteView;

inline constexpr std::uint32_t integer_tag = 0x02, octet_string_tag = 0x04, enumerated_tag = 0x0a;
inline constexpr std::uint32_t sequence_tag = 0x10, set_tag = 0x11;

struct Element {
    std::uint8_t kind;  // Class and constructed bits: 0x00, 0x20 (universal), 0xa0 (context) …
    std::uint32_t tag;  // Number.
    ByteView content;
    ByteView rest;  // What follows the element.
};

inline constexpr std::uint8_t universal = 0x00, constructed = 0x20, context = 0xa0;

/// The element that `bytes` begins with.
std::optional<Element> first(ByteView bytes);

/// The content of `bytes` where it is exactly one OCTET STRING.
std::optional<ByteView> octet_string(ByteView bytes);

/// The elements directly inside a constructed element's content, or nothing if any is not well
/// made.
std::optional<std::vector<Element>> elements(ByteView content);

/// A small integer or enumeration value; nothing where it does not fit 63 bits or is negative.
std::optional<std::int64_t> small_integer(const Element& element);

}  // namespace bank::authentication::der
