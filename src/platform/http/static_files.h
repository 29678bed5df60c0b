// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/http/message.h>

#include <filesystem>
#include <memory>
#include <string>

namespace platform::http {

/// A folder of a web build, shown under a prefix of paths.
struct StaticMount {
    std::string prefix;  // "/" or "/staff".
    std::filesystem::path folder;
    /// Answered, with 200, for GETs below the prefix that name no file and are a page of the
    /// single-page application: without extension, or with one that no file of a web build has and
    /// `text/html` accepted. Empty: 404.
    std::string fallback = "index.html";
};

/// Serves GET and HEAD of files from memory: read at first use, again when the file changes.
///
/// ETag and If-None-Match; `x.br` and `x.gz` beside `x` are sent to those who accept them. Names
/// with a hash of 8 or more characters before the extension ("app-3f9d2c1a.js") are cached for a
/// year as immutable, all else is revalidated. Paths that leave the folder, hidden files and
/// symbolic links out of it are not found. Thread-safe.
class StaticFiles {
public:
    explicit StaticFiles(StaticMount mount);
    ~StaticFiles();
    StaticFiles(StaticFiles&&) noexcept;
    StaticFiles& operator=(StaticFiles&&) noexcept;

    const std::string& prefix() const;
    /// Whether a decoded path lies under the prefix.
    bool covers(std::string_view path) const;
    /// Status 200, 304 or 404.
    Response serve(const Request& request) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace platform::http
