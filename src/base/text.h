// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace base {

/// What is said to people, by BCP 47 language tag ("zh", "en"). Every text of the bank has at least
/// "zh".
using Text = std::map<std::string, std::string, std::less<>>;

/// The text in `language` ("en-GB" falls back to "en"), else in Chinese, else any; empty only where
/// `text` is.
std::string_view in_language(const Text& text, std::string_view language);

/// A name from data that lives as long as the program: equal texts give the same view. Thread-safe.
/// For reasons of decision tables, unit codes and the like, which are few; never for what callers
/// send.
std::string_view intern(std::string_view name);

}  // namespace base
