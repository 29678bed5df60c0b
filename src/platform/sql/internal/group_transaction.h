// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/internal/id_source.h>
#include <platform/sql/transaction.h>

#include <algorithm>
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
    void gather(Gathering& gathering) override
    {
        ++gathered_;
        if (std::find(gatherings_.begin(), gatherings_.end(), &gathering) == gatherings_.end()) {
            gatherings_.push_back(&gathering);
        }
    }
    void on_rollback(std::function<void()> undo) override { undo_.push_back(std::move(undo)); }
    void after_commit(std::function<void()> action) override
    {
        actions_.push_back(std::move(action));
    }

    /// How often units have gathered; a change of it is a change of theirs.
    std::size_t gathered() const { return gathered_; }

    /// Before the commit.
    void write_gathered()
    {
        for (Gathering* gathering : gatherings_) gathering->write(*this);
    }

    /// It did not commit.
    void undo() noexcept
    {
        for (Gathering* gathering : gatherings_) gathering->forget();
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
    std::size_t gathered_ = 0;
    std::vector<Gathering*> gatherings_;
    std::vector<std::function<void()>> undo_;
    std::vector<std::function<void()>> actions_;
};

}  // namespace platform::sql::internal
