// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/internal/id_source.h>
#include <platform/sql/transaction.h>

#include <vector>

namespace platform::sql::internal {

/// What the units of one group share, whatever the engine; the book begins and ends it.
class GroupTransaction final : public Transaction {
public:
    GroupTransaction(Connection& connection, IdSource& ids, base::Instant now)
        : Transaction(connection), ids_(ids), now_(now)
    {
    }

    base::Instant now() const override { return now_; }
    void on_rollback(std::function<void()> undo) override { undo_.push_back(std::move(undo)); }
    void after_commit(std::function<void()> action) override
    {
        actions_.push_back(std::move(action));
    }

    /// It did not commit.
    void undo() noexcept
    {
        for (; !undo_.empty(); undo_.pop_back()) undo_.back()();
    }

    /// It committed.
    void act()
    {
        for (const auto& action : actions_) action();
    }

protected:
    std::uint64_t next_id() override { return ids_.next(); }

private:
    IdSource& ids_;
    const base::Instant now_;
    std::vector<std::function<void()>> undo_;
    std::vector<std::function<void()>> actions_;
};

}  // namespace platform::sql::internal
