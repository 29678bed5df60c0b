// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/transaction.h>

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

struct sqlite3;

namespace platform::sql::internal {

enum class Access { write, read };

/// One SQLite connection with its prepared statements, kept by SQL text. Used by one thread at a
/// time.
class SqliteConnection final : public Connection {
public:
    SqliteConnection(const std::filesystem::path& file, Access access);
    ~SqliteConnection() override;

    Statement& prepare(std::string_view sql, std::span<const Parameter> parameters) override;
    Changed execute(std::string_view sql, std::span<const Parameter> parameters) override;
    std::int64_t changed(std::size_t) override { return 0; }  // Its counts are always known.
    void defer(std::int64_t, std::string_view sql, std::span<const Parameter> parameters) override
    {
        execute(sql, parameters);
    }

    /// Runs several statements without parameters.
    void run(const std::string& sql);

    /// Rows changed since the connection was opened; tells whether a unit of work wrote.
    std::int64_t total_changes() const;
    bool in_transaction() const;

    /// Lets the snapshot of a reader go, where there is one.
    void end_read() noexcept;

    /// Copies pages of the write-ahead log into the database file as far as readers allow; returns
    /// frames left.
    int checkpoint_passive() noexcept;
    /// Frames in the write-ahead log after this connection's last commit.
    int wal_frames() const { return wal_frames_; }
    /// Commits that left something in the log so far.
    std::int64_t wal_commits() const { return wal_commits_; }

    sqlite3* handle() const { return db_; }

private:
    class CachedStatement;
    CachedStatement& cached(std::string_view sql);

    sqlite3* db_ = nullptr;
    int wal_frames_ = 0;
    std::int64_t wal_commits_ = 0;
    std::unordered_multimap<std::string_view, std::unique_ptr<CachedStatement>> statements_;
};

}  // namespace platform::sql::internal
