// SPDX-License-Identifier: Apache-2.0
#include <base/text.h>

#include <mutex>
#include <set>

namespace base {

std::string_view in_language(const Text& text, std::string_view language)
{
    for (const std::string_view tag :
         {language, language.substr(0, language.find('-')), std::string_view{"zh"}}) {
        if (const auto it = text.find(tag); it != text.end()) return it->second;
    }
    return text.empty() ? std::string_view{} : std::string_view{text.begin()->second};
}

std::string_view intern(std::string_view name)
{
    static std::mutex mutex;
    static std::set<std::string, std::less<>> names;
    const std::lock_guard lock{mutex};
    if (const auto it = names.find(name); it != names.end()) return *it;
    return *names.emplace(name).first;
}

}  // namespace base
