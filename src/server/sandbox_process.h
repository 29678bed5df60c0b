// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace server {

/// A program that is started beside ours and ends with it, also where ours is killed.
class SandboxProcess {
public:
    /// Throws std::system_error where it cannot be started.
    SandboxProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments);
    ~SandboxProcess();  // Asks it to end and waits, at most three seconds.

private:
    pid_t process_ = 0;
};

/// A port of this machine that was free a moment ago; `wished` where it is. Throws
/// std::system_error.
std::uint16_t free_port(std::uint16_t wished);

}  // namespace server
