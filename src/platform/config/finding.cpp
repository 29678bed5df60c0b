// SPDX-License-Identifier: Apache-2.0
#include <platform/config/finding.h>

#include <charconv>

namespace platform::config {

Finding finding_of(const base::Error& error, std::string_view file)
{
    const std::string& detail = error.detail;
    if (detail.size() > file.size() && detail.compare(0, file.size(), file) == 0 &&
        detail[file.size()] == ':') {
        int line = 0;
        const char* from = detail.data() + file.size() + 1;
        const char* end = detail.data() + detail.size();
        const auto [stop, fault] = std::from_chars(from, end, line);
        const std::size_t rest = detail.find(": ", file.size() + 1);
        if (fault == std::errc{} && rest != std::string::npos) {
            return {std::string{file}, line, detail.substr(rest + 2)};
        }
    }
    return {std::string{file}, 0, detail};
}

}  // namespace platform::config
