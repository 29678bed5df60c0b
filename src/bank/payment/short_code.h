// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/crypto/hash.h>

#include <string>

namespace bank::payment {

/// What a keyed hash says of a document, for people to read and type: "7KMP-3XQA". Eight of the 31
/// letters and digits that do not look alike.
std::string short_code(const platform::crypto::Digest& digest);

/// Whether what a person typed is `code`; blanks, hyphens and case are passed over. Takes as long
/// for a wrong code as for the right one.
bool same_code(std::string_view typed, std::string_view code);

}  // namespace bank::payment
