// SPDX-License-Identifier: Apache-2.0
#include <platform/signing/shared_keys.h>

#include <platform/crypto/encoding.h>

#include <fcntl.h>
#include <sys/file.h>
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

base::Error unwritable()
{
    return base::unavailable("shared_keys.unwritable",
                             "The file of shared keys cannot be written.");
}

/// Held by one program at a time; without it where the folder cannot be written, which is seen
/// later.
class FileLock {
public:
    explicit FileLock(const std::string& path)
        : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600))
    {
        if (file_ >= 0) (void)::flock(file_, LOCK_EX);
    }
    FileLock(const FileLock&) = delete;
    ~FileLock()
    {
        if (file_ >= 0) (void)::close(file_);
    }

private:
    const int file_;
};

}  // namespace

SharedKeys SharedKeys::in_memory(std::span<const std::string> names, crypto::Random& random)
{
    SharedKeys keys;
    for (const auto& name : names) keys.keys_.emplace(name, random.key());
    return keys;
}

base::Result<SharedKeys> SharedKeys::read(const fs::path& path)
{
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0) return unwritable();
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
    return keys;
}

base::Result<SharedKeys> SharedKeys::open_or_create(const fs::path& path,
                                                    std::span<const std::string> names,
                                                    crypto::Random& random)
{
    // Bank and sandbox start together: one at a time looks what is missing.
    const FileLock lock{path.string() + ".lock"};
    std::error_code error;
    const bool fresh = !fs::exists(path, error);
    SharedKeys keys;
    if (!fresh) keys = TRY(read(path));
    std::vector<std::string> missing;
    for (const auto& name : names) {
        if (!keys.keys_.contains(name)) missing.push_back(name);
    }
    if (missing.empty() && !fresh) return keys;
    for (const auto& name : missing) keys.keys_.emplace(name, random.key());
    std::string text;
    for (const auto& [name, key] : keys.keys_) {
        text += name + ' ' + crypto::to_base64url(key.view()) + '\n';
    }
    // Put into place whole: whoever reads sees the old file or the new one.
    const fs::path draft = path.string() + '.' + crypto::to_hex(random.bytes(8));
    if (!write_private(draft, text)) return unwritable();
    fs::rename(draft, path, error);
    if (error) return unwritable();
    if (!fresh) keys.added_ = std::move(missing);
    return keys;
}

std::optional<crypto::SecretKey> SharedKeys::find(std::string_view name) const
{
    const auto found = keys_.find(name);
    return found == keys_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace platform::signing
