// SPDX-License-Identifier: Apache-2.0
#include <platform/http/static_files.h>

#include <platform/http/problem.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>

namespace platform::http {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t most_file_bytes = 64 * 1024 * 1024;

constexpr std::string_view unknown_type = "application/octet-stream";

std::string_view media_type(std::string_view extension)
{
    using Pair = std::pair<std::string_view, std::string_view>;
    static constexpr std::array types{Pair{".html", "text/html; charset=utf-8"},
                                      Pair{".js", "text/javascript; charset=utf-8"},
                                      Pair{".mjs", "text/javascript; charset=utf-8"},
                                      Pair{".css", "text/css; charset=utf-8"},
                                      Pair{".json", "application/json"},
                                      Pair{".map", "application/json"},
                                      Pair{".webmanifest", "application/manifest+json"},
                                      Pair{".svg", "image/svg+xml"},
                                      Pair{".png", "image/png"},
                                      Pair{".jpg", "image/jpeg"},
                                      Pair{".webp", "image/webp"},
                                      Pair{".ico", "image/vnd.microsoft.icon"},
                                      Pair{".txt", "text/plain; charset=utf-8"},
                                      Pair{".wasm", "application/wasm"}};
    for (const auto& [name, type] : types) {
        if (name == extension) return type;
    }
    return unknown_type;
}

/// Whether the last part of a path is a page's: an item's code may have dots ("tap-water.baita"),
/// and is then asked for by whoever reads pages.
bool is_page(std::string_view last, const Request& request)
{
    const auto dot = last.rfind('.');
    if (dot == std::string_view::npos) return true;
    return !last.starts_with("/.") && media_type(last.substr(dot)) == unknown_type &&
           request.header("accept").find("text/html") != std::string_view::npos;
}

/// "app-3f9d2c1a.js" and "app.3f9d2c1a.js": eight or more characters of a hash, with a digit among
/// them, before the extension.
bool is_hashed(const fs::path& file)
{
    const std::string stem = file.stem().string();
    const auto start = stem.find_last_of("-.");
    if (start == std::string::npos || stem.size() - start - 1 < 8) return false;
    return std::any_of(stem.begin() + static_cast<std::ptrdiff_t>(start), stem.end(),
                       [](char c) { return c >= '0' && c <= '9'; });
}

/// FNV-1a, 64 bits: tells versions of a file apart, protects nothing.
std::string etag_of(std::string_view content)
{
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : content) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    static constexpr char digits[] = "0123456789abcdef";
    std::string out = "\"";
    for (int shift = 60; shift >= 0; shift -= 4) out += digits[hash >> shift & 15];
    return out + '"';
}

/// Whether a list such as "gzip, br;q=0.9" admits `coding`.
bool accepts(std::string_view list, std::string_view coding)
{
    while (!list.empty()) {
        const auto end = list.find(',');
        auto item = list.substr(0, end);
        list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
        while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
        const auto name = item.substr(0, item.find_first_of("; "));
        if (name != coding) continue;
        const auto q = item.find("q=0");
        return q == std::string_view::npos ||
               item.find_first_not_of("0.", q + 2) != std::string_view::npos;
    }
    return false;
}

struct Variant {
    std::shared_ptr<const std::string> content;
    std::string etag;
};

struct CachedFile {
    fs::file_time_type changed;
    Variant plain;
    std::optional<Variant> br;
    std::optional<Variant> gz;
};

std::optional<Variant> read_variant(const fs::path& path)
{
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    if (const auto size = fs::file_size(path, error); error || size > most_file_bytes)
        return std::nullopt;
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    auto content = std::make_shared<const std::string>(std::istreambuf_iterator<char>(in),
                                                       std::istreambuf_iterator<char>());
    std::string etag = etag_of(*content);
    return Variant{std::move(content), std::move(etag)};
}

}  // namespace

struct StaticFiles::State {
    StaticMount mount;
    fs::path root;  // Canonical; empty where the folder does not exist.
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<const CachedFile>> cache;

    /// The file of a path below the prefix, kept inside the root; empty where there is none.
    fs::path locate(std::string_view below) const
    {
        if (root.empty() || below.find('\\') != std::string_view::npos) return {};
        fs::path relative;
        for (const auto& part : fs::path(below)) {
            const std::string name = part.string();
            if (name.empty() || name == "/") continue;
            if (name.front() == '.') return {};
            relative /= name;
        }
        std::error_code error;
        const fs::path found = fs::canonical(root / relative, error);
        if (error || !fs::is_regular_file(found, error)) return {};
        const auto [end, ignored] =
            std::mismatch(root.begin(), root.end(), found.begin(), found.end());
        return end == root.end() ? found : fs::path{};
    }

    std::shared_ptr<const CachedFile> load(const fs::path& path)
    {
        std::error_code error;
        const auto changed = fs::last_write_time(path, error);
        if (error) return nullptr;
        {
            const std::lock_guard lock(mutex);
            const auto found = cache.find(path.string());
            if (found != cache.end() && found->second->changed == changed) return found->second;
        }
        auto plain = read_variant(path);
        if (!plain) return nullptr;
        auto file = std::make_shared<const CachedFile>(
            CachedFile{changed, std::move(*plain), read_variant(path.string() + ".br"),
                       read_variant(path.string() + ".gz")});
        const std::lock_guard lock(mutex);
        cache[path.string()] = file;
        return file;
    }
};

StaticFiles::StaticFiles(StaticMount mount) : state_(std::make_unique<State>())
{
    std::error_code error;
    state_->root = fs::canonical(mount.folder, error);
    if (error) state_->root.clear();
    while (mount.prefix.ends_with('/')) mount.prefix.pop_back();
    state_->mount = std::move(mount);
}

StaticFiles::~StaticFiles() = default;
StaticFiles::StaticFiles(StaticFiles&&) noexcept = default;
StaticFiles& StaticFiles::operator=(StaticFiles&&) noexcept = default;

const std::string& StaticFiles::prefix() const
{
    return state_->mount.prefix;
}

bool StaticFiles::covers(std::string_view path) const
{
    const auto& prefix = state_->mount.prefix;
    return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

Response StaticFiles::serve(const Request& request) const
{
    const auto below = std::string_view(request.path).substr(state_->mount.prefix.size());
    const auto last =
        below.substr(below.rfind('/') == std::string_view::npos ? 0 : below.rfind('/'));
    fs::path path = state_->locate(below);
    if (path.empty() && is_page(last, request) && !state_->mount.fallback.empty()) {
        path = state_->locate(state_->mount.fallback);
    }
    const auto file = path.empty() ? nullptr : state_->load(path);
    if (!file) {
        return problem(404, "http.not_found", "There is nothing at this address.", request.id);
    }

    const Variant* variant = &file->plain;
    Response response;
    response.set("Content-Type", std::string(media_type(path.extension().string())));
    const auto codings = request.header("accept-encoding");
    if (file->br && accepts(codings, "br")) {
        variant = &*file->br;
        response.set("Content-Encoding", "br");
    } else if (file->gz && accepts(codings, "gzip")) {
        variant = &*file->gz;
        response.set("Content-Encoding", "gzip");
    }
    if (file->br || file->gz) response.set("Vary", "Accept-Encoding");
    response.set("ETag", variant->etag);
    response.set("Cache-Control",
                 is_hashed(path) ? "public, max-age=31536000, immutable" : "no-cache");
    const auto known = request.header("if-none-match");
    if (known == "*" || known.find(variant->etag) != std::string_view::npos) {
        response.status = 304;
    } else {
        response.shared_body = variant->content;
    }
    return response;
}

}  // namespace platform::http
