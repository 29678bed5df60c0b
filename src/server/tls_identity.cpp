// SPDX-License-Identifier: Apache-2.0
#include <server/tls_identity.h>

#include <platform/crypto/certificate.h>

#include <fstream>
#include <iterator>

namespace server {

namespace {

std::string content_of(const std::filesystem::path& file)
{
    std::ifstream in{file};
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

std::optional<platform::http::Tls> known_tls_identity(const std::filesystem::path& folder)
{
    const auto certificate_file = folder / "tls-certificate.pem";
    const auto key_file = folder / "tls-key.pem";
    if (!std::filesystem::exists(certificate_file) || !std::filesystem::exists(key_file)) return {};
    return platform::http::Tls{content_of(certificate_file), content_of(key_file)};
}

platform::http::Tls tls_identity(const std::filesystem::path& folder,
                                 const std::vector<std::string>& names, base::Instant now)
{
    if (auto known = known_tls_identity(folder)) return std::move(*known);
    const auto made = platform::crypto::make_self_signed(names, now, 365);
    std::ofstream{folder / "tls-certificate.pem"} << made.certificate_pem;
    const auto key_file = folder / "tls-key.pem";
    std::ofstream{key_file};
    std::filesystem::permissions(
        key_file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    std::ofstream{key_file} << made.private_key_pem;
    return {made.certificate_pem, made.private_key_pem};
}

}  // namespace server
