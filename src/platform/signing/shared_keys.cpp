// SPDX-License-Identifier: Apache-2.0
#include <platform/signing/shared_keys.h>

#include <platform/crypto/encoding.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace platform::signing {
namespace {

namespace fs = std::filesystem;

/// Writes a whole file that only its owner may read, flushed to disk; false where that fails.
bool write_private(const fs::path& path, std::string_view text)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return false;
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file) == 0;
    return ::close(file) == 0 && written;
}

}  // namespace

SharedKeys SharedKeys::in_memory(std::span<const std::string> names, crypto::Random& random)
{
    SharedKeys keys;
    for (const auto& name : names) keys.keys_.emplace(name, random.key());
    return keys;
}

base::Result<SharedKeys> SharedKeys::open_or_create(const fs::path& path,
                                                    std::span<const std::string> names,
                                                    crypto::Random& random)
{
    std::error_code error;
    if (!fs::exists(path, error)) {
        std::string text;
        for (const auto& [name, key] : in_memory(names, random).keys_) {
            text += name + ' ' + crypto::to_base64url(key.view()) + '\n';
        }
        // Linked into place whole: whoever comes second keeps what the first has made.
        const fs::path draft = path.string() + '.' + crypto::to_hex(random.bytes(8));
        if (!write_private(draft, text)) {
            return base::unavailable("shared_keys.unwritable",
                                     "The file of shared keys cannot be written.");
        }
        (void)!::link(draft.c_str(), path.c_str());
        fs::remove(draft, error);
    }

    struct stat about {};
    if (::stat(path.c_str(), &about) != 0) {
        return base::unavailable("shared_keys.unwritable",
                                 "The file of shared keys cannot be written.");
    }
    if ((about.st_mode & 077) != 0) {
        return base::forbidden("shared_keys.exposed",
                               "The file of shared keys can be read by others.");
    }
    SharedKeys keys;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        if (line.empty()) continue;
        std::istringstream words(line);
        std::string name;
        std::string secret;
        words >> name >> secret;
        const auto bytes = crypto::from_base64url(secret);
        if (!bytes || bytes.value().size() != crypto::SecretKey::size) {
            return base::invalid("shared_keys.malformed", "The file of shared keys is malformed.");
        }
        keys.keys_.emplace(name,
                           crypto::SecretKey(std::span<const std::uint8_t, crypto::SecretKey::size>(
                               bytes.value().data(), crypto::SecretKey::size)));
    }
    for (const auto& name : names) {
        if (!keys.keys_.contains(name)) {
            return base::not_found("shared_keys.missing",
                                   "The file of shared keys lacks " + name + ".");
        }
    }
    return keys;
}

std::optional<crypto::SecretKey> SharedKeys::find(std::string_view name) const
{
    const auto found = keys_.find(name);
    return found == keys_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace platform::signing
