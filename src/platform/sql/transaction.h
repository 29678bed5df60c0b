// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/id.h>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace platform::sql {

/// The machinery failed: disk full, I/O error, connection lost, a statement that the database does
/// not understand. Caught once at the request boundary (503); units of work do not catch it.
class Failure : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A unique, check or foreign-key constraint said no. A unit of work that lets it out answers
/// `sql.constraint` (conflict).
class ConstraintViolation : public Failure {
    using Failure::Failure;
};

using Bytes = std::span<const std::byte>;

/// A value bound to a `?`. Borrows texts and bytes for the time of the call that takes it.
class Parameter {
public:
    Parameter(std::nullopt_t) {}
    Parameter(std::int64_t i) : value_(i) {}
    Parameter(int i) : value_(std::int64_t{i}) {}
    Parameter(double d) : value_(d) {}
    Parameter(bool b) : value_(std::int64_t{b}) {}
    Parameter(std::string_view s) : value_(s) {}
    Parameter(const std::string& s) : value_(std::string_view{s}) {}
    Parameter(const char* s) : value_(std::string_view{s}) {}
    Parameter(Bytes b) : value_(b) {}
    Parameter(base::Instant i) : value_(i.micros) {}
    Parameter(base::Date d) : value_(std::int64_t{d.days}) {}
    template <class Tag>
    Parameter(base::Id<Tag> id) : value_(static_cast<std::int64_t>(id.value))
    {
    }
    template <class T>
    Parameter(const std::optional<T>& o) : Parameter(o ? Parameter(*o) : Parameter(std::nullopt))
    {
    }

    const auto& value() const { return value_; }

private:
    std::variant<std::monostate, std::int64_t, double, std::string_view, Bytes> value_;
};

/// A prepared statement of one database engine; for implementers of Connection.
class Statement {
public:
    virtual ~Statement() = default;
    virtual bool step() = 0;  // True where a row stands ready.
    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual double real(int column) const = 0;
    virtual std::string_view text(int column) const = 0;
    virtual Bytes blob(int column) const = 0;
    virtual void finish() noexcept = 0;  // Gives the statement back to its connection.
};

/// The rows of a query, one at a time. Columns count from 0. Views are valid until the next call of
/// next().
class Cursor {
public:
    explicit Cursor(Statement& statement) : statement_(&statement) {}
    Cursor(Cursor&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Cursor& operator=(Cursor&&) = delete;
    ~Cursor()
    {
        if (statement_ != nullptr) statement_->finish();
    }

    /// Moves to the next row; false after the last. Throws Failure.
    bool next() { return statement_->step(); }

    bool is_null(int column) const { return statement_->is_null(column); }
    std::int64_t integer(int column) const { return statement_->integer(column); }
    bool boolean(int column) const { return integer(column) != 0; }
    double real(int column) const { return statement_->real(column); }
    std::string_view text(int column) const { return statement_->text(column); }
    std::string string(int column) const { return std::string{text(column)}; }
    Bytes blob(int column) const { return statement_->blob(column); }
    base::Instant instant(int column) const { return {integer(column)}; }
    base::Date date(int column) const { return {static_cast<std::int32_t>(integer(column))}; }
    template <class Id>
    Id id(int column) const
    {
        return Id{static_cast<std::uint64_t>(integer(column))};
    }

private:
    Statement* statement_;
};

class Connection;

/// How many rows a statement changed. An engine behind a network sends the statement and goes on;
/// who asks for the number waits for it. Asked within the unit of work only; asking throws Failure,
/// ConstraintViolation.
class Changed {
public:
    explicit Changed(std::int64_t rows) : rows_(rows) {}
    Changed(Connection& connection, std::size_t ticket) : connection_(&connection), ticket_(ticket)
    {
    }
    std::int64_t rows() const;
    operator std::int64_t() const { return rows(); }

private:
    Connection* connection_ = nullptr;
    std::size_t ticket_ = 0;
    std::int64_t rows_ = 0;
};

/// One connection of one database engine; for implementers.
class Connection {
public:
    virtual ~Connection() = default;
    virtual Statement& prepare(std::string_view sql, std::span<const Parameter> parameters) = 0;

    /// Runs a statement that changes rows, now or, in its order, before the next query or the
    /// commit.
    virtual Changed execute(std::string_view sql, std::span<const Parameter> parameters) = 0;
    virtual std::int64_t changed(std::size_t ticket) = 0;

    /// See Transaction::defer.
    virtual void defer(std::int64_t key, std::string_view sql,
                       std::span<const Parameter> parameters) = 0;
};

inline std::int64_t Changed::rows() const
{
    return connection_ == nullptr ? rows_ : connection_->changed(ticket_);
}

/// A consistent view of one book's committed state (plus, inside a unit of work, its own writes).
/// SQL is the subset that SQLite and PostgreSQL share, with `?` for each value. Throws Failure.
class Snapshot {
public:
    explicit Snapshot(Connection& connection) : connection_(connection) {}
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

    template <class... Args>
    Cursor query(std::string_view sql, const Args&... args)
    {
        return Cursor{
            connection_.prepare(sql, std::array<Parameter, sizeof...(Args)>{Parameter(args)...})};
    }

    /// The same for a number of parameters that is known only when running.
    Cursor query_with(std::string_view sql, std::span<const Parameter> parameters)
    {
        return Cursor{connection_.prepare(sql, parameters)};
    }

protected:
    Connection& connection_;
};

class Transaction;

/// What the units of one group say in small pieces and is written together, as few rows, before the
/// group commits. Lives longer than the group.
class Gathering {
public:
    virtual ~Gathering() = default;
    /// Writes what was gathered, and holds nothing afterwards. Throws as Transaction::execute.
    virtual void write(Transaction& transaction) = 0;
    /// The group is undone.
    virtual void forget() noexcept = 0;
};

/// What a unit of work sees and changes. Lives on the book's writer thread only, for the time of
/// one call.
class Transaction : public Snapshot {
public:
    /// Runs a statement that changes rows; says how many. Throws Failure, ConstraintViolation; what
    /// the database has against it may be heard of later, and still ends this unit alone.
    template <class... Args>
    Changed execute(std::string_view sql, const Args&... args)
    {
        return connection_.execute(sql, std::array<Parameter, sizeof...(Args)>{Parameter(args)...});
    }

    /// Runs `insert … values (?, …)` or `update … set … where …` on the one row whose key is `key`,
    /// at the latest before the next statement that names the same table, and before the commit.
    /// Where the database is across a network, many rows travel as one statement. Throws as
    /// execute.
    template <class... Args>
    void defer(std::int64_t key, std::string_view sql, const Args&... args)
    {
        connection_.defer(key, sql, std::array<Parameter, sizeof...(Args)>{Parameter(args)...});
    }

    /// A new id of this book; never issued before, also not before a crash.
    template <class Id>
    Id new_id()
    {
        return Id{next_id()};
    }

    /// The instant stamped on everything of this group.
    virtual base::Instant now() const = 0;

    /// Says that this unit has added to `gathering`: it will be written before the commit or
    /// forgotten, and a refusal of the unit from now on undoes the group, as one after a write
    /// does. What is gathered cannot be queried before the commit.
    virtual void gather(Gathering& gathering) = 0;

    /// Registers what undoes a change in memory, run in reverse order if the group does not commit.
    virtual void on_rollback(std::function<void()> undo) = 0;

    /// Registers what is to happen after the commit, on the writer thread: wake a reader, tell a
    /// page. Short; must not throw.
    virtual void after_commit(std::function<void()> action) = 0;

protected:
    using Snapshot::Snapshot;
    ~Transaction() = default;
    virtual std::uint64_t next_id() = 0;
};

}  // namespace platform::sql
