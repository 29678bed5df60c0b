// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/internal/postgres_batch.h>
#include <platform/sql/internal/postgres_link.h>
#include <platform/sql/internal/postgres_rows.h>

#include <deque>
#include <optional>
#include <unordered_map>

namespace platform::sql::internal {

/// One PostgreSQL connection with its prepared statements, kept by SQL text. Statements are sent
/// ahead: an error of one that nobody waited for is thrown by a later call, and `failed_unit` says
/// whose it was. After any error but of the connection, roll back.
class PostgresConnection final : public Connection {
public:
    /// Works in the schema of that name. Throws ConnectionLost.
    PostgresConnection(const std::string& url, std::string_view schema,
                       std::chrono::milliseconds patience);
    ~PostgresConnection() override;

    Statement& prepare(std::string_view sql, std::span<const Parameter> parameters) override;
    Changed execute(std::string_view sql, std::span<const Parameter> parameters) override;
    std::int64_t changed(std::size_t ticket) override;
    void defer(std::int64_t key, std::string_view sql,
               std::span<const Parameter> parameters) override;

    /// Sends statements without rows and values, in order with the others ("begin", "commit").
    void send(std::string_view sql);
    /// Waits until all that was sent has been done; sends what is deferred first. Returns the last
    /// command's tag ("COMMIT").
    std::string settle();
    /// Runs several statements without parameters.
    void script(const std::string& sql);
    /// After an error, or instead of a commit: nothing of the transaction stays.
    void roll_back();
    /// The same, without waiting for it.
    void send_roll_back();

    /// Whose the next statements are, and whose failed; none where it was one of many rows.
    void set_unit(std::size_t unit) { unit_ = unit; }
    std::optional<std::size_t> failed_unit() const { return failed_unit_; }
    /// From now on rows travel one by one, so that it is known whose fails.
    void set_one_by_one(bool wanted) { one_by_one_ = wanted; }
    /// Where the statements sent from now on begin, and how many rows those since a place changed.
    std::size_t place() const { return counts_.size(); }
    bool changed_since(std::size_t place);

    /// The constraint that the last ConstraintViolation was about.
    const std::string& violated() const { return violated_; }
    bool lost() const { return link_.lost(); }
    void abandon() noexcept { link_.abandon(); }

    // For the rows that were lent by prepare.
    PostgresResult next_row(PostgresRows& rows);
    void give_back(PostgresRows& rows) noexcept;

private:
    struct Prepared {
        std::string name;
        std::string sql;  // In PostgreSQL's words.
        bool at_server = false;
        std::optional<PostgresBatch> batch;
    };
    /// Something sent whose answer was not read.
    struct Sent {
        enum class Kind { preparation, statement, query, sync } kind;
        Prepared* prepared = nullptr;
        std::string_view sql = {};
        std::optional<std::size_t> unit = {};
        std::size_t ticket = 0;
    };
    static constexpr std::size_t no_ticket = SIZE_MAX;

    Prepared& known(std::string_view sql);
    void prepare_at_server(Prepared& prepared);
    void send_prepared(Prepared& prepared, std::span<const Parameter> parameters);
    void send_deferred();
    void send_deferred_for(std::string_view sql);
    void send_batch(PostgresBatch& batch);
    PostgresBatch& batch_of(Prepared& prepared);
    void must(int sent);
    void take_in_active();
    void read_sent(std::size_t leave);
    void read_one();
    [[noreturn]] void fail(const Sent& sent, const pg_result& result);
    void recover();

    PostgresLink link_;
    std::unordered_map<std::string, std::unique_ptr<Prepared>> statements_;
    std::deque<Sent> sent_;
    std::vector<std::int64_t> counts_;  // By ticket; of this transaction.
    std::string tag_;
    std::vector<PostgresBatch*> batches_;  // That have rows.
    std::size_t unit_ = 0;
    std::optional<std::size_t> failed_unit_;
    std::string violated_;
    bool one_by_one_ = false;

    std::vector<std::unique_ptr<PostgresRows>> rows_;
    std::vector<PostgresRows*> free_rows_;
    PostgresRows* active_ = nullptr;  // Its rows are still coming.
    Sent active_sent_{Sent::Kind::query};
};

}  // namespace platform::sql::internal
