// SPDX-License-Identifier: Apache-2.0
// Tasks when the organisation changes: what nobody may hold any more, what nobody can take.
#include <engine/process/internal/engine_impl.h>
#include <engine/process/internal/signatures.h>

#include <base/words.h>

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

namespace engine::process {

using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr int tasks_at_once = 500;
constexpr std::size_t marks_at_once = 100;  // In one unit of work.

using ById = std::map<std::string, Worker, std::less<>>;

/// What somebody took by name or in another's stead stays his while he works there at all.
bool may_keep(const ById& people, const std::string& who, const Task& task)
{
    const auto found = people.find(who);
    if (found == people.end()) return false;
    if (task.candidates.empty()) return may_work_on(found->second, task);
    return std::find(task.excluded.begin(), task.excluded.end(), who) == task.excluded.end();
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

/// What the review needs to know of an open task.
struct OpenTask {
    TaskId id;
    InstanceId instance;
    std::string element;
    std::string definition;
    std::int64_t order = 0;
    bool stranded = false;
    std::string asks_for;  // Equal words, equal candidates.
};

constexpr std::string_view open_tasks =
    "select id, instance, element, definition, order_at, stranded, escalated, skills, roles,"
    " escalate_to, candidates, excluded, levels, unit from process_task where actor = 'staff'"
    " and state = 'open' and (order_at, id) > (?, ?) order by order_at, id limit ?";
constexpr int asks_for_columns = 6;  // The first of them …
constexpr int asked_for = 8;         // … and how many they are.

/// Who may take a task that asks for these, apart from what it is about.
struct Able {
    std::vector<const Worker*> people;
    bool without_stakes = false;  // Somebody of them is nobody's manager and no customer.
};

Able able_to(const platform::sql::Cursor& row, const std::vector<Worker>& there)
{
    Task task;
    task.escalated = row.boolean(asks_for_columns);
    task.skills = base::split_words(row.text(asks_for_columns + 1));
    task.roles = base::split_words(row.text(asks_for_columns + 2));
    task.escalate_to = base::split_words(row.text(asks_for_columns + 3));
    task.candidates = base::split_words(row.text(asks_for_columns + 4));
    task.excluded = base::split_words(row.text(asks_for_columns + 5));
    task.levels = base::split_words(row.text(asks_for_columns + 6));
    task.unit = row.string(asks_for_columns + 7);
    Able able;
    for (const Worker& each : there) {
        if (!may_work_on(each, task)) continue;
        able.people.push_back(&each);
        if (each.himself.empty() && each.his_staff.empty()) able.without_stakes = true;
    }
    return able;
}

/// Who an instance is about; may be empty.
std::string subject_of(Snapshot& snapshot, InstanceId instance)
{
    auto row = snapshot.query("select subject from process_instance where id = ?", instance);
    return row.next() ? row.string(0) : std::string{};
}

OpenTask open_task_of(const platform::sql::Cursor& row)
{
    OpenTask task{row.id<TaskId>(0),
                  row.id<InstanceId>(1),
                  row.string(2),
                  row.string(3),
                  row.integer(4),
                  row.boolean(5),
                  {}};
    for (int i = 0; i < asked_for; ++i) {
        task.asks_for += row.text(asks_for_columns + i);
        task.asks_for += '|';
    }
    return task;
}

}  // namespace

Engine::Impl::Stake Engine::Impl::stake(Snapshot& snapshot, const Task& task, const Worker& worker)
{
    if (worker.himself.empty() && worker.his_staff.empty()) return Stake::none;
    return stake_in(subject_of(snapshot, task.instance), task.definition, task.element, worker);
}

Engine::Impl::Stake Engine::Impl::stake_in(std::string_view subject, std::string_view of_definition,
                                           std::string_view element, const Worker& worker)
{
    if (subject.empty()) return Stake::none;
    const auto names = [&](const std::vector<std::string>& subjects) {
        return std::find(subjects.begin(), subjects.end(), subject) != subjects.end();
    };
    const auto found = names(worker.himself)     ? Stake::own_case
                       : names(worker.his_staff) ? Stake::of_staff
                                                 : Stake::none;
    if (found == Stake::none) return found;
    const auto definition = definitions(of_definition);
    const auto at = definition == nullptr ? std::nullopt : definition->find(element);
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

/// The mark of a task turned round, with a record where nobody may take it now.
void Engine::Impl::turn(Transaction& transaction, TaskId id, InstanceId instance,
                        const std::string& element, bool was_stranded)
{
    const auto changed = transaction.execute(
        "update process_task set stranded = ? where id = ? and state = 'open' and stranded <> ?",
        !was_stranded, id, !was_stranded);
    if (changed != 0 && !was_stranded)
        store.note(transaction, instance, {}, {.kind = "stranded", .element = element});
}

int Engine::Impl::put_back(const People& people)
{
    int returned = 0;
    const auto keeps = [&](Snapshot& snapshot, const Task& task) {
        if (!may_keep(people, task.claimed_by, task)) return false;
        if (!task.owner.empty() && !may_keep(people, task.owner, task)) return false;
        return stake(snapshot, task, people.find(task.claimed_by)->second) == Stake::none;
    };
    Task after;
    after.order = std::numeric_limits<std::int64_t>::min();
    for (bool more = true; more;) {
        std::vector<TaskId> unfit;
        book.read([&](Snapshot& snapshot) {
            const auto page =
                tasks::staff_tasks(snapshot, TaskState::claimed, after, tasks_at_once);
            more = page.size() == tasks_at_once;
            for (const Task& task : page) {
                after = task;
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

/// Tasks ask for few different things, so whom that leaves is found out once for each; what a task
/// is about is looked up only where everybody who may take it is a customer or a manager.
int Engine::Impl::mark_stranded(const std::vector<Worker>& there)
{
    int found = 0;
    std::unordered_map<std::string, Able> known;
    const auto nobody = [&](Snapshot& snapshot, const Able& able, const OpenTask& task) {
        if (able.people.empty() || able.without_stakes) return able.people.empty();
        const std::string subject = subject_of(snapshot, task.instance);
        return std::none_of(able.people.begin(), able.people.end(), [&](const Worker* each) {
            return stake_in(subject, task.definition, task.element, *each) == Stake::none;
        });
    };
    std::vector<OpenTask> turned;
    OpenTask after;
    after.order = std::numeric_limits<std::int64_t>::min();
    for (bool more = true; more;) {
        book.read([&](Snapshot& snapshot) {
            std::vector<std::pair<OpenTask, const Able*>> page;
            {
                auto rows = snapshot.query(open_tasks, after.order, after.id, tasks_at_once);
                while (rows.next()) {
                    OpenTask task = open_task_of(rows);
                    auto able = known.find(task.asks_for);
                    if (able == known.end())
                        able = known.emplace(task.asks_for, able_to(rows, there)).first;
                    page.emplace_back(std::move(task), &able->second);
                }
            }
            more = page.size() == tasks_at_once;
            if (!page.empty()) after = page.back().first;
            for (auto& [task, able] : page) {
                const bool without = nobody(snapshot, *able, task);
                if (without) ++found;
                if (without != task.stranded) turned.push_back(std::move(task));
            }
        });
    }
    for (std::size_t from = 0; from < turned.size(); from += marks_at_once) {
        const std::size_t until = std::min(from + marks_at_once, turned.size());
        (void)book.write([&](Transaction& transaction) -> base::Result<void> {
            for (std::size_t i = from; i < until; ++i)
                turn(transaction, turned[i].id, turned[i].instance, turned[i].element,
                     turned[i].stranded);
            return {};
        });
    }
    return found;
}

}  // namespace engine::process
