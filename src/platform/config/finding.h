// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <string>
#include <string_view>

namespace platform::config {

/// What is wrong in a file of configuration, for the person who wrote it.
struct Finding {
    std::string file;
    int line = 0;  // Counted from 1; 0 where the whole file is meant.
    std::string message;

    friend bool operator==(const Finding&, const Finding&) = default;
};

/// "services/x/form.json:12: …".
inline std::string to_string(const Finding& finding)
{
    const std::string line = finding.line > 0 ? ":" + std::to_string(finding.line) : std::string{};
    return finding.file + line + ": " + finding.message;
}

/// The finding in an error whose reader put the place in front: "file:12:3: what" or "file:12:
/// what". Any other detail is about the whole file.
Finding finding_of(const base::Error& error, std::string_view file);

}  // namespace platform::config
