// SPDX-License-Identifier: Apache-2.0
// Tasks between people: handed over, signed by others, seen, taken in somebody's stead.
#include <engine/process/internal/engine_impl.h>
#include <engine/process/internal/signatures.h>

#include <algorithm>

namespace engine::process {

using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::int64_t most_signers = 20;

bool says_nothing(const std::string& text)
{
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

base::Error no_reason()
{
    return base::invalid("task.reason_missing", "A reason is needed.");
}

std::string subject_of(Snapshot& snapshot, InstanceId instance)
{
    auto row = snapshot.query("select subject from process_instance where id = ?", instance);
    return row.next() ? row.string(0) : std::string{};
}

}  // namespace

bool signatures::any_missing(Snapshot& snapshot, TaskId task)
{
    auto row = snapshot.query(
        "select 1 from process_signature where task = ? and state in ('asked', 'waiting') limit 1",
        task);
    return row.next();
}

void signatures::ask_next(Transaction& transaction, TaskId task)
{
    transaction.execute(
        "update process_signature set state = 'asked' where task = ? and state = 'waiting'"
        " and place = (select min(place) from process_signature where task = ?"
        "              and state in ('asked', 'waiting'))",
        task, task);
}

base::Result<Task> held_task(Snapshot& snapshot, TaskId id, const std::string& who)
{
    auto task = tasks::find(snapshot, id);
    if (!task || task->actor != Actor::staff) {
        return base::not_found("task.unknown", "There is no such task.");
    }
    if (task->state == TaskState::done || task->state == TaskState::cancelled) {
        return base::conflict("task.ended", "This task is already done.");
    }
    if (task->state == TaskState::open) {
        return base::conflict("task.not_claimed", "Take the task first.");
    }
    if (task->claimed_by != who) {
        return base::conflict("task.already_claimed", "Somebody else has taken this task.");
    }
    return std::move(*task);
}

base::Result<Task> own_task(Snapshot& snapshot, TaskId id, const std::string& who)
{
    Task task = TRY(held_task(snapshot, id, who));
    if (!task.owner.empty()) {
        return base::conflict("task.lent", "The task is lent to you; give it back first.");
    }
    return task;
}

base::Result<void> Engine::hand_over(TaskId id, const std::string& who, const Worker& to,
                                     const std::string& why, const Also& also)
{
    if (says_nothing(why)) return no_reason();
    return impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        const Task task = TRY(own_task(transaction, id, who));
        if (to.id == who) return {};
        TRY(impl_->may_get(transaction, task, to));
        if (also != nullptr) TRY(also(transaction));
        transaction.execute("update process_task set claimed_by = ? where id = ?", to.id, id);
        impl_->store.note(transaction, task.instance, subject_of(transaction, task.instance),
                          {.kind = "handed-over",
                           .element = task.element,
                           .who = who,
                           .outcome = to.id,
                           .comment = why});
        return {};
    });
}

base::Result<void> Engine::lend(TaskId id, const std::string& who, const Worker& to,
                                const std::string& why, const Also& also)
{
    if (says_nothing(why)) return no_reason();
    return impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        const Task task = TRY(own_task(transaction, id, who));
        if (to.id == who)
            return base::rejected("task.not_for_them", "That person may not do this task.");
        TRY(impl_->may_get(transaction, task, to));
        if (also != nullptr) TRY(also(transaction));
        transaction.execute("update process_task set claimed_by = ?, owner = ? where id = ?", to.id,
                            who, id);
        impl_->store.note(transaction, task.instance, subject_of(transaction, task.instance),
                          {.kind = "lent",
                           .element = task.element,
                           .who = who,
                           .outcome = to.id,
                           .comment = why});
        return {};
    });
}

base::Result<void> Engine::give_back(TaskId id, const std::string& who, const std::string& comment,
                                     const Also& also)
{
    return impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        const auto task = tasks::find(transaction, id);
        if (!task || task->actor != Actor::staff) {
            return base::not_found("task.unknown", "There is no such task.");
        }
        if (task->state == TaskState::done || task->state == TaskState::cancelled) {
            return base::conflict("task.ended", "This task is already done.");
        }
        if (task->owner.empty()) {
            return base::conflict("task.not_lent", "Nobody has lent this task to anybody.");
        }
        if (task->claimed_by != who && task->owner != who) {
            return base::conflict("task.already_claimed", "Somebody else has taken this task.");
        }
        if (also != nullptr) TRY(also(transaction));
        transaction.execute("update process_task set claimed_by = owner, owner = '' where id = ?",
                            id);
        impl_->store.note(transaction, task->instance, subject_of(transaction, task->instance),
                          {.kind = "given-back",
                           .element = task->element,
                           .who = who,
                           .outcome = task->owner,
                           .comment = comment});
        return {};
    });
}

base::Result<void> Engine::ask_to_sign(TaskId id, const std::string& who,
                                       const std::vector<Worker>& signers, bool in_order,
                                       const std::string& why, const Also& also)
{
    if (says_nothing(why)) return no_reason();
    return impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        const Task task = TRY(own_task(transaction, id, who));
        const auto before = signatures(transaction, task);
        auto place = static_cast<std::int64_t>(before.size());
        if (place + static_cast<std::int64_t>(signers.size()) > most_signers) {
            return base::invalid("task.too_many_signers", "Too many are asked to sign.");
        }
        std::vector<std::string> asked;
        for (const Worker& signer : signers) {
            const bool known =
                signer.id == who ||
                std::find(asked.begin(), asked.end(), signer.id) != asked.end() ||
                std::any_of(before.begin(), before.end(),
                            [&](const Signature& each) { return each.signer == signer.id; });
            if (known) continue;
            const bool out = std::find(task.excluded.begin(), task.excluded.end(), signer.id) !=
                             task.excluded.end();
            if (out) return base::rejected("task.not_for_them", "That person may not sign this.");
            TRY(impl_->not_theirs(transaction, task, signer));
            asked.push_back(signer.id);
        }
        if (asked.empty()) {
            return base::invalid("task.signers_missing", "Name at least one who has not signed.");
        }
        if (also != nullptr) TRY(also(transaction));
        const std::string subject = subject_of(transaction, task.instance);
        for (std::size_t i = 0; i < asked.size(); ++i) {
            transaction.execute(
                "insert into process_signature(task, signer, place, asked_by, state, comment,"
                " asked_at) values (?, ?, ?, ?, ?, '', ?)",
                id, asked[i], place++, who, in_order && i > 0 ? "waiting" : "asked",
                transaction.now());
            impl_->store.note(transaction, task.instance, subject,
                              {.kind = "asked-to-sign",
                               .element = task.element,
                               .who = who,
                               .outcome = asked[i],
                               .comment = why});
        }
        return {};
    });
}

base::Result<void> Engine::sign(TaskId id, const std::string& who, bool agrees,
                                const std::string& comment, const Also& also)
{
    if (!agrees && says_nothing(comment)) {
        return base::invalid("task.comment_missing", "A comment is needed.");
    }
    return impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        const auto task = tasks::find(transaction, id);
        if (!task) return base::not_found("task.unknown", "There is no such task.");
        if (task->state == TaskState::done || task->state == TaskState::cancelled) {
            return base::conflict("task.ended", "This task is already done.");
        }
        {
            auto row = transaction.query(
                "select 1 from process_signature where task = ? and signer = ? and state = 'asked'",
                id, who);
            if (!row.next()) {
                return base::forbidden("task.not_asked_to_sign",
                                       "Your signature is not asked for.");
            }
        }
        if (also != nullptr) TRY(also(transaction));
        const std::string subject = subject_of(transaction, task->instance);
        transaction.execute(
            "update process_signature set state = ?, comment = ?, signed_at = ?"
            " where task = ? and signer = ?",
            agrees ? "signed" : "not-signed",
            comment.empty() ? std::string{} : impl_->store.sealed(subject, comment),
            transaction.now(), id, who);
        signatures::ask_next(transaction, id);
        impl_->store.note(transaction, task->instance, subject,
                          {.kind = agrees ? "signed" : "not-signed",
                           .element = task->element,
                           .who = who,
                           .comment = comment});
        return {};
    });
}

std::vector<Signature> Engine::signatures(Snapshot& snapshot, const Task& task)
{
    std::vector<Signature> all;
    {
        auto rows = snapshot.query(
            "select signer, asked_by, state, comment, asked_at, signed_at from process_signature"
            " where task = ? order by place",
            task.id);
        while (rows.next()) {
            Signature each{rows.string(0), rows.string(1),  rows.string(2),
                           rows.string(3), rows.instant(4), {}};
            if (!rows.is_null(5)) each.signed_at = rows.instant(5);
            all.push_back(std::move(each));
        }
    }
    if (all.empty()) return all;  // Most tasks.
    const std::string subject = subject_of(snapshot, task.instance);
    for (Signature& each : all) {
        if (!each.comment.empty()) each.comment = impl_->store.unsealed(subject, each.comment);
    }
    return all;
}

base::Result<void> Engine::seen(TaskId id, const std::string& who)
{
    const bool known = impl_->book.read([&](Snapshot& snapshot) {
        auto row = snapshot.query("select 1 from process_seen where task = ? and who = ?", id, who);
        return row.next();
    });
    if (known) return {};
    return impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        const auto task = tasks::find(transaction, id);
        if (!task) return base::not_found("task.unknown", "There is no such task.");
        const auto fresh = transaction.execute(
            "insert into process_seen(task, who, at) values (?, ?, ?)"
            " on conflict (task, who) do nothing",
            id, who, transaction.now());
        if (fresh == 0) return {};
        impl_->store.note(transaction, task->instance, {},
                          {.kind = "seen", .element = task->element, .who = who});
        return {};
    });
}

base::Result<void> Engine::set_absence(const Absence& absence, const Also& also)
{
    if (absence.stand_in == absence.worker) {
        return base::invalid("absence.stand_in_invalid", "Nobody stands in for himself.");
    }
    if (!absence.stand_in.empty() && absence.until <= absence.from) {
        return base::invalid("absence.dates_invalid", "The absence ends before it begins.");
    }
    return impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        if (also != nullptr) TRY(also(transaction));
        transaction.execute("delete from process_absence where worker = ?", absence.worker);
        if (absence.stand_in.empty()) return {};
        transaction.execute(
            "insert into process_absence(worker, stand_in, from_at, until_at) values (?, ?, ?, ?)",
            absence.worker, absence.stand_in, absence.from, absence.until);
        return {};
    });
}

std::optional<Absence> Engine::absence(Snapshot& snapshot, const std::string& worker)
{
    auto row = snapshot.query(
        "select stand_in, from_at, until_at from process_absence where worker = ? and until_at > ?",
        worker, impl_->book.clock().now());
    if (!row.next()) return std::nullopt;
    return Absence{worker, row.string(0), row.instant(1), row.instant(2)};
}

std::vector<std::string> Engine::stands_in_for(Snapshot& snapshot, const std::string& worker)
{
    std::vector<std::string> all;
    const base::Instant now = impl_->book.clock().now();
    auto rows = snapshot.query(
        "select worker from process_absence where stand_in = ? and from_at <= ? and until_at > ?"
        " order by worker",
        worker, now, now);
    while (rows.next()) all.push_back(rows.string(0));
    return all;
}

}  // namespace engine::process
