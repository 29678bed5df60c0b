// SPDX-License-Identifier: Apache-2.0
#include <server/tls_identity.h>

#include <platform/crypto/certificate.h>

#include <fstream>
#include <iterator>

namespace server {

namespace {

namespace fs = std::filesystem;

constexpr const char* authority_name = "Yungui, this machine's own authority";
constexpr int authority_days = 3650;
constexpr int certificate_days = 365;  // Phones refuse what lasts much longer.

struct Files {
    explicit Files(const fs::path& folder)
        : authority(folder / "tls-authority.pem"),
          authority_key(folder / "tls-authority-key.pem"),
          certificate(folder / "tls-certificate.pem"),
          key(folder / "tls-key.pem")
    {
    }
    fs::path authority;
    fs::path authority_key;
    fs::path certificate;
    fs::path key;
};

std::string content_of(const fs::path& file)
{
    std::ifstream in{file};
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

/// For its owner alone, from before anything stands in it.
void write_private(const fs::path& file, const std::string& content)
{
    std::ofstream{file};
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    std::ofstream{file} << content;
}

/// There is none yet, or our authority's stands in it.
bool is_ours(const Files& files)
{
    if (!fs::exists(files.certificate)) return true;
    const std::string authority = content_of(files.authority);
    return !authority.empty() && content_of(files.certificate).ends_with(authority);
}

}  // namespace

std::optional<platform::http::Tls> known_tls_identity(const fs::path& folder)
{
    const Files files{folder};
    if (!fs::exists(files.certificate) || !fs::exists(files.key)) return {};
    return platform::http::Tls{content_of(files.certificate), content_of(files.key)};
}

base::Result<platform::http::Tls> tls_identity(const fs::path& folder,
                                               const std::vector<std::string>& names,
                                               base::Instant now)
{
    const Files files{folder};
    if (!is_ours(files)) {
        if (auto known = known_tls_identity(folder)) return std::move(*known);
        return base::invalid("server.tls_key_missing",
                             files.key.string() + " is missing beside tls-certificate.pem");
    }
    if (!fs::exists(files.authority) || !fs::exists(files.authority_key)) {
        const auto made = platform::crypto::make_authority(authority_name, now, authority_days);
        write_private(files.authority_key, made.private_key_pem);
        std::ofstream{files.authority} << made.certificate_pem;
    }
    const auto issued =
        TRY(platform::crypto::issue({content_of(files.authority), content_of(files.authority_key)},
                                    names, now, certificate_days));
    write_private(files.key, issued.private_key_pem);
    std::ofstream{files.certificate} << issued.certificate_pem;
    return platform::http::Tls{issued.certificate_pem, issued.private_key_pem};
}

fs::path trusted_certificate(const fs::path& folder)
{
    const Files files{folder};
    return fs::exists(files.authority) && is_ours(files) ? files.authority : files.certificate;
}

}  // namespace server
