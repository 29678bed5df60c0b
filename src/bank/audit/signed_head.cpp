// SPDX-License-Identifier: Apache-2.0
#include <bank/audit/signed_head.h>

#include <platform/crypto/encoding.h>
#include <platform/crypto/signature.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace bank::audit {

namespace crypto = platform::crypto;
namespace json = platform::json;

namespace {

constexpr std::string_view purpose = "audit/head";

crypto::Bytes message(int book, std::uint64_t sequence, crypto::ByteView hash,
                      std::string_view instant)
{
    crypto::Bytes bytes;
    crypto::append_framed(bytes, crypto::as_bytes(purpose));
    crypto::append_u32(bytes, static_cast<std::uint32_t>(book));
    crypto::append_u64(bytes, sequence);
    crypto::append_framed(bytes, hash);
    crypto::append_framed(bytes, crypto::as_bytes(instant));
    return bytes;
}

base::Error altered()
{
    return base::rejected("audit.trail_altered", "the trail no longer holds the signed record");
}

}  // namespace

std::string sign_head(const Head& head, int book, const crypto::Keyring& keyring, base::Instant now)
{
    const crypto::SealingKey seed = keyring.sealing_key(purpose);
    const crypto::Ed25519Key key(seed.key);
    const std::string instant = base::to_string(now);
    return json::serialise(json::Object{
        {"book", book},
        {"sequence", static_cast<std::int64_t>(head.sequence)},
        {"hash", crypto::to_hex(head.hash)},
        {"instant", instant},
        {"key_id", static_cast<std::int64_t>(seed.id)},
        {"public_key", crypto::to_base64url(key.public_bytes())},
        {"signature",
         crypto::to_base64url(key.sign(message(book, head.sequence, head.hash, instant)))}});
}

void append_line(const std::filesystem::path& file, std::string_view line)
{
    const auto fail = [&] {
        throw std::system_error(errno, std::generic_category(), file.string());
    };
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0) fail();
    const std::string text = std::string(line) + "\n";
    const bool written =
        ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(fd) == 0;
    const int error = errno;
    ::close(fd);
    errno = error;
    if (!written) fail();
}

base::Result<void> check_signed_head(platform::sql::Snapshot& snapshot, int book,
                                     std::string_view line, const crypto::Keyring& keyring)
{
    const auto malformed = base::invalid("audit.head_malformed", "the signed head cannot be read");
    const auto parsed = json::parse(line);
    if (!parsed) return malformed;
    const json::Value& value = parsed.value();
    const auto hash = crypto::from_hex(value["hash"].text_or());
    const auto signature = crypto::from_base64url(value["signature"].text_or());
    const std::int64_t sequence = value["sequence"].integer_or(-1);
    if (!hash || !signature || sequence < 0) return malformed;

    const auto seed =
        keyring.sealing_key(purpose, static_cast<crypto::KeyId>(value["key_id"].integer_or(0)));
    const crypto::Bytes signed_bytes = message(book, static_cast<std::uint64_t>(sequence),
                                               hash.value(), value["instant"].text_or());
    if (!seed || !crypto::ed25519_verify(crypto::Ed25519Key(seed.value().key).public_bytes(),
                                         signed_bytes, signature.value())) {
        return base::rejected("audit.head_forged", "the head was not signed by this bank");
    }
    if (sequence == 0) return {};
    const auto stored = hash_at(snapshot, static_cast<std::uint64_t>(sequence));
    if (!stored || !crypto::equal_constant_time(*stored, hash.value())) return altered();
    return {};
}

}  // namespace bank::audit
