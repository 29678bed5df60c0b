// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/internal/private_file.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace platform::crypto {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path)
{
    throw std::system_error(errno, std::generic_category(), path.string());
}

class Descriptor {
public:
    Descriptor(const std::filesystem::path& path, int flags, mode_t mode = 0)
        : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode))
    {
        if (fd_ < 0) fail(path);
    }
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

}  // namespace

bool is_private_file(const std::filesystem::path& path)
{
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) fail(path);
    return (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

std::string read_file(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    if (!file) fail(path);
    return std::move(content).str();
}

void replace_private_file(const std::filesystem::path& path, std::string_view content)
{
    const std::filesystem::path fresh = path.string() + ".new";
    ::unlink(fresh.c_str());
    {
        const Descriptor file(fresh, O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
        for (std::string_view rest = content; !rest.empty();) {
            const ssize_t written = ::write(file.get(), rest.data(), rest.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail(fresh);
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(file.get()) != 0) fail(fresh);
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) fail(path);
    const auto folder = path.has_parent_path() ? path.parent_path() : ".";
    const Descriptor directory(folder, O_RDONLY | O_DIRECTORY);
    if (::fsync(directory.get()) != 0) fail(folder);
}

}  // namespace platform::crypto
