// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/sqlite_connection.h>

#include <platform/sql/internal/lasting_map.h>

#include <base/ensure.h>

#include <sqlite3.h>

#include <mutex>

namespace platform::sql::internal {

namespace {

[[noreturn]] void fail(sqlite3* db, int code, std::string_view doing)
{
    const std::string what = std::string{doing} + ": " +
                             (db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code)) + " (" +
                             std::to_string(code) + ")";
    if ((code & 0xff) == SQLITE_CONSTRAINT) throw ConstraintViolation(what);
    throw Failure(what);
}

/// Readers map the file, where it lies on a real disk; see simulated_disk.h.
const char* file_system(Access access)
{
    const bool real = std::string_view{sqlite3_vfs_find(nullptr)->zName} != "simulated";
    return access == Access::read && real ? lasting_map() : nullptr;
}

/// Without counts of what it allocates, which it keeps under a lock that all connections share.
void start_sqlite()
{
    static std::once_flag once;
    std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

}  // namespace

class SqliteConnection::CachedStatement final : public Statement {
public:
    CachedStatement(sqlite3* db, std::string_view sql) : db_(db), sql_(sql)
    {
        const char* tail = nullptr;
        const int code = sqlite3_prepare_v3(db, sql_.data(), static_cast<int>(sql_.size()),
                                            SQLITE_PREPARE_PERSISTENT, &statement_, &tail);
        if (code != SQLITE_OK) fail(db, code, "cannot prepare «" + sql_ + "»");
        base::ensure(statement_ != nullptr && tail == sql_.data() + sql_.size());
    }
    CachedStatement(const CachedStatement&) = delete;
    CachedStatement& operator=(const CachedStatement&) = delete;
    ~CachedStatement() override { sqlite3_finalize(statement_); }

    bool busy() const { return busy_; }
    std::string_view sql() const { return sql_; }

    /// `keep` says who owns bound texts: SQLITE_STATIC where they outlive the run, SQLITE_TRANSIENT
    /// to copy them.
    void start(std::span<const Parameter> parameters, sqlite3_destructor_type keep)
    {
        base::ensure(sqlite3_bind_parameter_count(statement_) ==
                     static_cast<int>(parameters.size()));
        busy_ = true;
        int place = 0;
        for (const Parameter& parameter : parameters) {
            const int code = bind(++place, parameter, keep);
            if (code != SQLITE_OK) {
                finish();
                fail(db_, code, "cannot bind");
            }
        }
    }

    bool step() override
    {
        const int code = sqlite3_step(statement_);
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE) return false;
        fail(db_, sqlite3_extended_errcode(db_), "cannot run «" + sql_ + "»");
    }

    bool is_null(int column) const override
    {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    std::int64_t integer(int column) const override
    {
        return sqlite3_column_int64(statement_, column);
    }
    double real(int column) const override { return sqlite3_column_double(statement_, column); }
    std::string_view text(int column) const override
    {
        const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
        return data == nullptr
                   ? std::string_view{}
                   : std::string_view{
                         data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }
    Bytes blob(int column) const override
    {
        const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
        return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }

    void finish() noexcept override
    {
        // What is bound is bound anew before the next run.
        sqlite3_reset(statement_);
        busy_ = false;
    }

private:
    int bind(int place, const Parameter& parameter, sqlite3_destructor_type keep)
    {
        const auto& value = parameter.value();
        if (const auto* i = std::get_if<std::int64_t>(&value)) {
            return sqlite3_bind_int64(statement_, place, *i);
        }
        if (const auto* s = std::get_if<std::string_view>(&value)) {
            const char* data = s->data() == nullptr ? "" : s->data();
            return sqlite3_bind_text64(statement_, place, data, s->size(), keep, SQLITE_UTF8);
        }
        if (const auto* b = std::get_if<Bytes>(&value)) {
            const void* data = b->empty() ? static_cast<const void*>("") : b->data();
            return sqlite3_bind_blob64(statement_, place, data, b->size(), keep);
        }
        if (const auto* d = std::get_if<double>(&value)) {
            return sqlite3_bind_double(statement_, place, *d);
        }
        return sqlite3_bind_null(statement_, place);
    }

    sqlite3* db_;
    std::string sql_;
    sqlite3_stmt* statement_ = nullptr;
    bool busy_ = false;
};

SqliteConnection::SqliteConnection(const std::filesystem::path& file, Access access)
{
    start_sqlite();
    const int flags =
        SQLITE_OPEN_NOMUTEX | (access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                       : SQLITE_OPEN_READONLY);
    const int code = sqlite3_open_v2(file.c_str(), &db_, flags, file_system(access));
    try {
        if (code != SQLITE_OK) fail(db_, code, "cannot open");
        sqlite3_extended_result_codes(db_, 1);
        sqlite3_busy_timeout(db_, 5000);
        // Only the book's own threads copy the log into the file, after it was archived.
        sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        if (access == Access::write) {
            run("pragma journal_mode=wal; pragma synchronous=full; pragma wal_autocheckpoint=0;"
                "pragma foreign_keys=on; pragma cache_size=-16384; pragma temp_store=memory");
        } else {
            // A reader forgets its pages whenever somebody commits; through a mapping it need not
            // copy them again.
            run("pragma query_only=on; pragma cache_size=-8192; pragma mmap_size=17179869184;"
                "pragma temp_store=memory");
        }
    } catch (const Failure& failure) {
        sqlite3_close_v2(db_);
        throw Failure(file.string() + ": " + failure.what());
    }
    // Replaces the automatic checkpoint; the book checkpoints on a thread of its own.
    sqlite3_wal_hook(
        db_,
        [](void* self, sqlite3*, const char*, int frames) {
            auto& connection = *static_cast<SqliteConnection*>(self);
            connection.wal_frames_ = frames;
            ++connection.wal_commits_;
            return SQLITE_OK;
        },
        this);
}

SqliteConnection::~SqliteConnection()
{
    statements_.clear();
    sqlite3_close_v2(db_);
}

SqliteConnection::CachedStatement& SqliteConnection::cached(std::string_view sql)
{
    const auto [first, last] = statements_.equal_range(sql);
    for (auto it = first; it != last; ++it) {
        if (!it->second->busy()) return *it->second;
    }
    auto made = std::make_unique<CachedStatement>(db_, sql);
    auto& statement = *made;
    statements_.emplace(statement.sql(), std::move(made));
    return statement;
}

Statement& SqliteConnection::prepare(std::string_view sql, std::span<const Parameter> parameters)
{
    CachedStatement& statement = cached(sql);
    statement.start(parameters, SQLITE_TRANSIENT);
    return statement;
}

Changed SqliteConnection::execute(std::string_view sql, std::span<const Parameter> parameters)
{
    CachedStatement& statement = cached(sql);
    statement.start(parameters, SQLITE_STATIC);
    Cursor cursor{statement};
    while (cursor.next()) {
    }
    return Changed{sqlite3_changes64(db_)};
}

void SqliteConnection::run(const std::string& sql)
{
    const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(db_, sqlite3_extended_errcode(db_), "cannot run «" + sql + "»");
}

std::int64_t SqliteConnection::total_changes() const
{
    return sqlite3_total_changes64(db_);
}

bool SqliteConnection::in_transaction() const
{
    return sqlite3_get_autocommit(db_) == 0;
}

void SqliteConnection::end_read() noexcept
{
    if (!in_transaction()) return;
    try {
        execute("rollback", {});
    } catch (const Failure&) {
        base::ensure(!in_transaction());
    }
}

int SqliteConnection::checkpoint_passive() noexcept
{
    int frames = 0;
    int copied = 0;
    sqlite3_wal_checkpoint_v2(db_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &frames, &copied);
    return frames < 0 ? 0 : frames - copied;
}

}  // namespace platform::sql::internal
