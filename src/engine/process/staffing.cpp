// SPDX-License-Identifier: Apache-2.0
// Tasks when the organisation changes: what nobody may hold any more, what nobody can take.
#include <engine/process/internal/engine_impl.h>
#include <engine/process/internal/signatures.h>

#include <algorithm>
#include <map>

namespace engine::process {

using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr int tasks_at_once = 500;

using ById = std::map<std::string, Worker, std::less<>>;

/// What somebody took by name or in another's stead stays his while he works there at all.
bool may_keep(const ById& people, const std::string& who, const Task& task)
{
    const auto found = people.find(who);
    if (found == people.end()) return false;
    if (task.candidates.empty()) return may_work_on(found->second, task);
    return std::find(task.excluded.begin(), task.excluded.end(), who) == task.excluded.end();
}

/// Whom a task asks for, apart from what it is about: equal words, equal candidates.
std::string asked_for(const Task& task)
{
    std::string key = task.escalated ? "1" : "0";
    for (const auto* words :
         {&task.skills, &task.roles, &task.escalate_to, &task.candidates, &task.excluded}) {
        key += '|';
        for (const auto& each : *words) key += each + ' ';
    }
    return key;
}

/// Those of a book's people who are there now, and for whom they stand in.
std::vector<Worker> present(Snapshot& snapshot, base::Instant now, const ById& people)
{
    ById there = people;
    auto away = snapshot.query(
        "select worker, stand_in from process_absence where from_at <= ? and until_at > ?", now,
        now);
    while (away.next()) {
        there.erase(away.string(0));
        if (const auto found = there.find(away.text(1)); found != there.end())
            found->second.stands_in_for.push_back(away.string(0));
    }
    std::vector<Worker> all;
    for (auto& [id, worker] : there) all.push_back(std::move(worker));
    return all;
}

}  // namespace

Engine::Impl::Stake Engine::Impl::stake(Snapshot& snapshot, const Task& task, const Worker& worker)
{
    if (worker.himself.empty() && worker.his_staff.empty()) return Stake::none;
    const auto names = [](const std::vector<std::string>& subjects, std::string_view subject) {
        return std::find(subjects.begin(), subjects.end(), subject) != subjects.end();
    };
    auto row = snapshot.query("select subject from process_instance where id = ?", task.instance);
    if (!row.next() || row.text(0).empty()) return Stake::none;
    const auto found = names(worker.himself, row.text(0))     ? Stake::own_case
                       : names(worker.his_staff, row.text(0)) ? Stake::of_staff
                                                              : Stake::none;
    if (found == Stake::none) return found;
    const auto definition = definitions(task.definition);
    const auto at = definition == nullptr ? std::nullopt : definition->find(task.element);
    return at && definition->element(*at).own_cases ? Stake::none : found;
}

base::Result<void> Engine::Impl::independent(Snapshot& snapshot, const Task& task,
                                             const Worker& worker)
{
    switch (stake(snapshot, task, worker)) {
        case Stake::own_case:
            return base::forbidden("task.own_case", "This is your own case.");
        case Stake::of_staff:
            return base::forbidden("task.of_your_staff", "This is about somebody of your staff.");
        case Stake::none:
            break;
    }
    return {};
}

base::Result<void> Engine::Impl::may_get(Snapshot& snapshot, const Task& task, const Worker& worker)
{
    if (!may_work_on(worker, task))
        return base::rejected("task.not_for_them", "That person may not do this task.");
    return not_theirs(snapshot, task, worker);
}

base::Result<void> Engine::Impl::not_theirs(Snapshot& snapshot, const Task& task,
                                            const Worker& worker)
{
    switch (stake(snapshot, task, worker)) {
        case Stake::own_case:
            return base::rejected("task.their_own_case", "It is that person's own case.");
        case Stake::of_staff:
            return base::rejected("task.of_their_staff", "It is about that person's staff.");
        case Stake::none:
            break;
    }
    return {};
}

base::Result<void> Engine::independent(TaskId id, const Worker& worker)
{
    return impl_->book.read([&](Snapshot& snapshot) -> base::Result<void> {
        const auto task = tasks::find(snapshot, id);
        if (!task) return base::not_found("task.unknown", "There is no such task.");
        return impl_->independent(snapshot, *task, worker);
    });
}

Staffing Engine::review_people(const std::vector<Worker>& workers)
{
    ById people;
    for (const Worker& each : workers) people.emplace(each.id, each);
    Staffing done;
    done.returned = impl_->put_back(people);
    done.signers_gone = impl_->let_signers_go(people);
    const auto there = impl_->book.read(
        [&](Snapshot& snapshot) { return present(snapshot, impl_->book.clock().now(), people); });
    done.stranded = impl_->mark_stranded(there);
    return done;
}

int Engine::Impl::put_back(const People& people)
{
    int returned = 0;
    const auto keeps = [&](Snapshot& snapshot, const Task& task) {
        if (!may_keep(people, task.claimed_by, task)) return false;
        if (!task.owner.empty() && !may_keep(people, task.owner, task)) return false;
        return stake(snapshot, task, people.find(task.claimed_by)->second) == Stake::none;
    };
    TaskId after;
    for (bool more = true; more;) {
        std::vector<TaskId> unfit;
        book.read([&](Snapshot& snapshot) {
            const auto page =
                tasks::staff_tasks(snapshot, TaskState::claimed, after, tasks_at_once);
            more = page.size() == tasks_at_once;
            for (const Task& task : page) {
                after = task.id;
                if (!keeps(snapshot, task)) unfit.push_back(task.id);
            }
        });
        for (const TaskId id : unfit) {
            (void)book.write([&](Transaction& transaction) -> base::Result<void> {
                const auto task = tasks::find(transaction, id);
                if (!task || task->state != TaskState::claimed || keeps(transaction, *task))
                    return {};
                // What was lent goes back to whose it is.
                const bool to_owner = !task->owner.empty() && may_keep(people, task->owner, *task);
                transaction.execute(
                    "update process_task set state = ?, claimed_by = ?, owner = '' where id = ?",
                    to_owner ? "claimed" : "open", to_owner ? task->owner : std::string{}, id);
                store.note(
                    transaction, task->instance, {},
                    {.kind = "returned", .element = task->element, .outcome = task->claimed_by});
                if (const auto state = store.load(transaction, task->instance))
                    tell(transaction, state.value());
                return {};
            });
            ++returned;
        }
    }
    return returned;
}

int Engine::Impl::let_signers_go(const People& people)
{
    struct Asked {
        TaskId task;
        std::string signer;
    };
    std::vector<Asked> gone;
    book.read([&](Snapshot& snapshot) {
        auto rows = snapshot.query(
            "select s.task, s.signer from process_signature s join process_task t on t.id = s.task"
            " where s.state in ('asked', 'waiting') and t.state in ('open', 'claimed')");
        while (rows.next()) {
            if (!people.contains(rows.text(1)))
                gone.push_back({rows.id<TaskId>(0), rows.string(1)});
        }
    });
    for (const Asked& each : gone) {
        (void)book.write([&](Transaction& transaction) -> base::Result<void> {
            const auto task = tasks::find(transaction, each.task);
            const auto removed = transaction.execute(
                "delete from process_signature where task = ? and signer = ?"
                " and state in ('asked', 'waiting')",
                each.task, each.signer);
            if (!task || removed == 0) return {};
            signatures::ask_next(transaction, each.task);
            store.note(transaction, task->instance, {},
                       {.kind = "signer-gone", .element = task->element, .outcome = each.signer});
            return {};
        });
    }
    return static_cast<int>(gone.size());
}

int Engine::Impl::mark_stranded(const std::vector<Worker>& there)
{
    int found = 0;
    std::map<std::string, bool> known;
    const bool stakes = std::any_of(there.begin(), there.end(), [](const Worker& each) {
        return !each.himself.empty() || !each.his_staff.empty();
    });
    const auto nobody = [&](Snapshot& snapshot, const Task& task) {
        const auto [found_at, fresh] = known.try_emplace(asked_for(task), false);
        if (fresh) {
            found_at->second = std::none_of(there.begin(), there.end(), [&](const Worker& each) {
                return may_work_on(each, task);
            });
        }
        if (found_at->second || !stakes) return found_at->second;
        return std::none_of(there.begin(), there.end(), [&](const Worker& each) {
            return may_work_on(each, task) && stake(snapshot, task, each) == Stake::none;
        });
    };
    struct Found {
        Task task;
        bool nobody;
    };
    TaskId after;
    for (bool more = true; more;) {
        std::vector<Found> page;
        book.read([&](Snapshot& snapshot) {
            for (Task& task : tasks::staff_tasks(snapshot, TaskState::open, after, tasks_at_once)) {
                const bool without = nobody(snapshot, task);
                page.push_back({std::move(task), without});
            }
        });
        more = page.size() == tasks_at_once;
        for (const auto& [task, now_stranded] : page) {
            after = task.id;
            if (now_stranded) ++found;
            if (now_stranded == task.stranded) continue;
            (void)book.write([&, now = now_stranded,
                              &one = task](Transaction& transaction) -> base::Result<void> {
                const auto changed = transaction.execute(
                    "update process_task set stranded = ? where id = ? and stranded <> ?", now,
                    one.id, now);
                if (changed == 0 || !now) return {};
                store.note(transaction, one.instance, {},
                           {.kind = "stranded", .element = one.element});
                return {};
            });
        }
    }
    return found;
}

}  // namespace engine::process
