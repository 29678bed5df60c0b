// SPDX-License-Identifier: Apache-2.0
#include <bank/evidence/store.h>

#include <platform/crypto/aead.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

namespace bank::evidence {

namespace {

using platform::crypto::as_bytes;
using platform::crypto::as_text;
using platform::crypto::ByteView;

constexpr platform::sql::Migration schema[] = {
    {"evidence", 1,
     "create table evidence("
     "  id bigint primary key, case_id bigint not null, kind text not null, media_type text not "
     "null,"
     "  hash blob not null, bytes bigint not null, at bigint not null);"
     "create index evidence_of_case on evidence(case_id, id);"
     "create table evidence_note("
     "  case_id bigint not null, kind text not null, id bigint not null, content blob not null, at "
     "bigint not null,"
     "  primary key (case_id, kind, id));"},
};

constexpr std::string_view purpose = "evidence";

[[noreturn]] void fail(const char* doing)
{
    throw std::system_error(errno, std::generic_category(), doing);
}

/// Writes and flushes a file under a temporary name, then gives it its name: it is there whole or
/// not at all.
void write_durably(const std::filesystem::path& file, std::string_view content)
{
    const std::string temporary = file.string() + ".part";
    const int descriptor =
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) fail("cannot create an evidence file");
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0) {
            ::close(descriptor);
            fail("cannot write an evidence file");
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    const bool flushed = ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!flushed || ::rename(temporary.c_str(), file.c_str()) != 0)
        fail("cannot flush an evidence file");
    const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || ::fsync(folder) != 0) fail("cannot flush the evidence folder");
    ::close(folder);
}

Piece piece_of(const platform::sql::Cursor& row)
{
    Piece piece{row.id<EvidenceId>(0),
                static_cast<std::uint64_t>(row.integer(1)),
                row.string(2),
                row.string(3),
                {},
                row.integer(5),
                row.instant(6)};
    const auto hash = row.blob(4);
    std::transform(
        hash.begin(),
        hash.begin() + static_cast<std::ptrdiff_t>(std::min(hash.size(), piece.hash.size())),
        piece.hash.begin(), [](std::byte b) { return static_cast<std::uint8_t>(b); });
    return piece;
}

constexpr std::string_view columns =
    "select id, case_id, kind, media_type, hash, bytes, at from evidence ";

std::string note_name(std::uint64_t case_id, std::string_view kind, std::uint64_t id)
{
    return "note " + base::id_text(case_id) + " " + std::string{kind} + " " + base::id_text(id);
}

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return schema;
}

Store::Store(std::filesystem::path folder, const platform::crypto::Keyring& keyring,
             platform::crypto::Random& random)
    : folder_(std::move(folder)), keyring_(keyring), random_(random)
{
    std::filesystem::create_directories(folder_);
}

std::filesystem::path Store::file_of(EvidenceId id) const
{
    // Two letters of the fast-moving end spread the files over 1,024 folders.
    const std::string name = to_string(id);
    return folder_ / name.substr(9, 2) / (name + ".sealed");
}

std::string Store::sealed(std::string_view associated, std::string_view content) const
{
    return as_text(platform::crypto::seal(keyring_.sealing_key(purpose), as_bytes(associated),
                                          as_bytes(content), random_));
}

base::Result<std::string> Store::opened(std::string_view associated, std::string_view content) const
{
    const auto unreadable = base::invalid("evidence.unreadable", "the evidence cannot be opened");
    const auto id = platform::crypto::sealing_key_id(as_bytes(content));
    if (!id) return unreadable;
    const auto key = keyring_.sealing_key(purpose, id.value());
    if (!key) return unreadable;
    const auto plain =
        platform::crypto::unseal(key.value(), as_bytes(associated), as_bytes(content));
    if (!plain) return unreadable;
    return as_text(plain.value());
}

Written Store::write(EvidenceId id, std::string_view content) const
{
    const auto file = file_of(id);
    std::filesystem::create_directories(file.parent_path());
    write_durably(file, sealed("piece " + to_string(id), content));
    return {id, platform::crypto::sha256(as_bytes(content)),
            static_cast<std::int64_t>(content.size())};
}

void Store::record(platform::sql::Transaction& transaction, const Written& written,
                   std::uint64_t case_id, std::string_view kind, std::string_view media_type) const
{
    transaction.execute(
        "insert into evidence(id, case_id, kind, media_type, hash, bytes, at) values (?, ?, ?, ?, "
        "?, ?, ?)",
        written.id, static_cast<std::int64_t>(case_id), kind, media_type,
        std::as_bytes(std::span{written.hash}), written.bytes, transaction.now());
}

base::Result<Piece> Store::piece(platform::sql::Snapshot& snapshot, EvidenceId id) const
{
    auto row = snapshot.query(std::string{columns} + "where id = ?", id);
    if (!row.next()) return base::not_found("evidence.unknown", "there is no such evidence");
    return piece_of(row);
}

std::vector<Piece> Store::of_case(platform::sql::Snapshot& snapshot, std::uint64_t case_id) const
{
    std::vector<Piece> pieces;
    auto rows = snapshot.query(std::string{columns} + "where case_id = ? order by id",
                               static_cast<std::int64_t>(case_id));
    while (rows.next()) pieces.push_back(piece_of(rows));
    return pieces;
}

base::Result<std::string> Store::content(const Piece& piece) const
{
    std::ifstream in{file_of(piece.id), std::ios::binary};
    std::ostringstream read;
    read << in.rdbuf();
    auto plain = opened("piece " + to_string(piece.id), read.str());
    if (plain && platform::crypto::sha256(as_bytes(plain.value())) != piece.hash) {
        return base::invalid("evidence.unreadable", "the evidence differs from what was recorded");
    }
    return plain;
}

void Store::set_note(platform::sql::Transaction& transaction, std::uint64_t case_id,
                     std::string_view kind, std::uint64_t id, std::string_view text) const
{
    const std::string content = sealed(note_name(case_id, kind, id), text);
    transaction.execute(
        "insert into evidence_note(case_id, kind, id, content, at) values (?, ?, ?, ?, ?) "
        "on conflict (case_id, kind, id) do update set content = excluded.content, at = "
        "excluded.at",
        static_cast<std::int64_t>(case_id), kind, static_cast<std::int64_t>(id),
        std::as_bytes(std::span{content}), transaction.now());
}

base::Result<std::optional<std::string>> Store::note(platform::sql::Snapshot& snapshot,
                                                     std::uint64_t case_id, std::string_view kind,
                                                     std::uint64_t id) const
{
    auto row = snapshot.query(
        "select content from evidence_note where case_id = ? and kind = ? and id = ?",
        static_cast<std::int64_t>(case_id), kind, static_cast<std::int64_t>(id));
    if (!row.next()) return std::optional<std::string>{};
    const auto content = row.blob(0);
    return std::optional{
        TRY(opened(note_name(case_id, kind, id),
                   {reinterpret_cast<const char*>(content.data()), content.size()}))};
}

std::int64_t Store::count_notes(platform::sql::Snapshot& snapshot, std::uint64_t case_id,
                                std::string_view kind) const
{
    auto row = snapshot.query("select count(*) from evidence_note where case_id = ? and kind = ?",
                              static_cast<std::int64_t>(case_id), kind);
    row.next();
    return row.integer(0);
}

int Store::sweep(platform::sql::Book& book, base::Instant now) const
{
    const auto named = book.read([](platform::sql::Snapshot& snapshot) {
        std::set<std::string> names;
        auto rows = snapshot.query("select id from evidence");
        while (rows.next()) names.insert(to_string(rows.id<EvidenceId>(0)) + ".sealed");
        return names;
    });
    int removed = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder_}) {
        if (!entry.is_regular_file() || named.contains(entry.path().filename().string())) continue;
        const auto changed =
            std::chrono::file_clock::to_sys(entry.last_write_time()).time_since_epoch();
        const auto age =
            now.micros - std::chrono::duration_cast<std::chrono::microseconds>(changed).count();
        if (age > 3600 * base::micros_per_second) removed += std::filesystem::remove(entry.path());
    }
    return removed;
}

std::vector<std::string> Store::check(platform::sql::Book& book) const
{
    const auto pieces = book.read([](platform::sql::Snapshot& snapshot) {
        std::vector<Piece> all;
        auto rows = snapshot.query(std::string{columns} + "order by id");
        while (rows.next()) all.push_back(piece_of(rows));
        return all;
    });
    std::vector<std::string> findings;
    for (const Piece& piece : pieces) {
        if (!content(piece))
            findings.push_back("evidence " + to_string(piece.id) + " is missing or altered");
    }
    return findings;
}

}  // namespace bank::evidence
