// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

namespace platform::sql::internal {

inline constexpr std::size_t wal_header_size = 32;
inline constexpr std::size_t wal_frame_header_size = 24;

/// The head of a write-ahead log (SQLite's file format, section 4.1). A log that starts again from
/// its beginning has the next sequence and first salt.
struct WalHeader {
    std::uint32_t page_size;
    std::uint32_t sequence;
    std::uint32_t salt[2];
    std::uint32_t checksum[2];
    bool big_endian;  // How the words that are summed are read.

    bool same_log(const WalHeader& other) const
    {
        return salt[0] == other.salt[0] && salt[1] == other.salt[1];
    }
    /// Whether this is the log that came after `other` in the same file.
    bool follows(const WalHeader& other) const
    {
        return sequence == other.sequence + 1 && salt[0] == other.salt[0] + 1;
    }
    std::size_t frame_size() const { return wal_frame_header_size + page_size; }
};

using WalHeaderBytes = std::array<std::byte, wal_header_size>;

/// Nothing where the bytes are no header, or its checksum is wrong.
std::optional<WalHeader> read_wal_header(const WalHeaderBytes& bytes);

/// Reads the frames of a log in order as far as they are whole: salts and checksums hold.
class WalReader {
public:
    /// Throws Failure where the file cannot be read. A missing or empty one has no header.
    explicit WalReader(const std::filesystem::path& file);
    ~WalReader();
    WalReader(const WalReader&) = delete;
    WalReader& operator=(const WalReader&) = delete;

    const std::optional<WalHeader>& header() const { return header_; }

    struct Frame {
        std::uint32_t page;           // Counted from 1.
        std::uint32_t database_size;  // In pages, after the commit that this frame ends; or 0.
        std::span<const std::byte> content;  // Until the next call.
    };
    std::optional<Frame> next();

private:
    int file_ = -1;
    std::optional<WalHeader> header_;
    std::uint32_t checksum_[2] = {};
    std::vector<std::byte> frame_;
    std::int64_t offset_ = wal_header_size;
};

}  // namespace platform::sql::internal
