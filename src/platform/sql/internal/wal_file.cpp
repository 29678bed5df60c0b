// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/wal_file.h>

#include <platform/sql/transaction.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace platform::sql::internal {

namespace {

std::uint32_t big_endian_word(std::span<const std::byte> bytes, std::size_t at)
{
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        word = word << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
    }
    return word;
}

/// The running sum over pairs of words; `bytes` is a multiple of 8 long.
void add_to_checksum(std::uint32_t (&sum)[2], std::span<const std::byte> bytes, bool big_endian)
{
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
        std::uint32_t words[2];
        if (big_endian) {
            words[0] = big_endian_word(bytes, at);
            words[1] = big_endian_word(bytes, at + 4);
        } else {
            std::memcpy(words, bytes.data() + at, sizeof words);
        }
        sum[0] += words[0] + sum[1];
        sum[1] += words[1] + sum[0];
    }
}

/// Whether all of `bytes` could be read.
bool read_at(int file, std::span<std::byte> bytes, std::int64_t offset)
{
    while (!bytes.empty()) {
        const auto got = ::pread(file, bytes.data(), bytes.size(), offset);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(got));
        offset += got;
    }
    return true;
}

}  // namespace

std::optional<WalHeader> read_wal_header(const WalHeaderBytes& bytes)
{
    constexpr std::uint32_t magic = 0x377f0682;
    const std::uint32_t first = big_endian_word(bytes, 0);
    if ((first & ~1U) != magic) return std::nullopt;
    WalHeader header{};
    header.big_endian = (first & 1U) != 0;
    header.page_size = big_endian_word(bytes, 8);
    header.sequence = big_endian_word(bytes, 12);
    for (std::size_t i = 0; i < 2; ++i) header.salt[i] = big_endian_word(bytes, 16 + 4 * i);
    add_to_checksum(header.checksum, std::span{bytes}.first(24), header.big_endian);
    if (header.page_size < 512 || header.page_size > 65536) return std::nullopt;
    if (header.checksum[0] != big_endian_word(bytes, 24) ||
        header.checksum[1] != big_endian_word(bytes, 28)) {
        return std::nullopt;
    }
    return header;
}

WalReader::WalReader(const std::filesystem::path& file)
    : file_(::open(file.c_str(), O_RDONLY | O_CLOEXEC))
{
    if (file_ < 0) {
        if (errno == ENOENT) return;
        throw Failure(file.string() + ": " + std::strerror(errno));
    }
    WalHeaderBytes bytes;
    if (!read_at(file_, bytes, 0)) return;
    header_ = read_wal_header(bytes);
    if (!header_) return;
    std::memcpy(checksum_, header_->checksum, sizeof checksum_);
    frame_.resize(header_->frame_size());
}

WalReader::~WalReader()
{
    if (file_ >= 0) ::close(file_);
}

std::optional<WalReader::Frame> WalReader::next()
{
    if (!header_ || !read_at(file_, frame_, offset_)) return std::nullopt;
    const std::span<const std::byte> bytes{frame_};
    if (big_endian_word(bytes, 8) != header_->salt[0] ||
        big_endian_word(bytes, 12) != header_->salt[1]) {
        return std::nullopt;
    }
    add_to_checksum(checksum_, bytes.first(8), header_->big_endian);
    add_to_checksum(checksum_, bytes.subspan(wal_frame_header_size), header_->big_endian);
    if (checksum_[0] != big_endian_word(bytes, 16) || checksum_[1] != big_endian_word(bytes, 20)) {
        return std::nullopt;
    }
    offset_ += static_cast<std::int64_t>(bytes.size());
    return Frame{big_endian_word(bytes, 0), big_endian_word(bytes, 4),
                 bytes.subspan(wal_frame_header_size)};
}

}  // namespace platform::sql::internal
