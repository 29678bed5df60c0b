// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/definition.h>
#include <engine/process/operation.h>

#include <base/clock.h>
#include <platform/decimal/decimal.h>

#include <optional>
#include <string>
#include <vector>

namespace engine::process {

enum class TaskState : std::uint8_t { open, claimed, done, cancelled };
std::string_view to_string(TaskState state);

/// A piece of work for a person.
struct Task {
    TaskId id;
    InstanceId instance;
    std::string element;
    std::string definition;  // "account-opening@3".
    std::string service;     // The part of it before the "@".
    std::string business_key;
    Actor actor = Actor::staff;
    std::string code;  // Section of the form, or code of the staff task.
    std::vector<std::string> skills;
    std::vector<std::string> roles;
    std::vector<std::string> levels = {};      // Of the organisation; one of them is needed.
    std::string unit = {};                     // Where it is done; empty: anywhere.
    std::vector<std::string> escalate_to;      // Roles that may take it too once it is escalated.
    std::vector<std::string> candidates = {};  // Only these people; empty: whoever has the above.
    std::vector<std::string> excluded = {};    // Never these.
    TaskState state = TaskState::open;
    std::string claimed_by;  // As the caller names people.
    std::string owner = {};  // Who has lent it to `claimed_by` and gets it back; empty: nobody.
    base::Instant created_at;
    std::optional<base::Instant> due_at;
    std::optional<base::Instant> ended_at;
    bool reminded =
        false;  // The time before its deadline has come at which its people are reminded.
    bool late = false;
    bool escalated = false;
    bool stranded = false;  // Open, and nobody who works here now may take it.
    std::string outcome;
    std::string reason;
    std::int64_t order = 0;  // Its place in lists: when it is due, or, once done, when it ended.
};

/// Goes on after `task` in the list that holds it; in the lists of other books too.
std::string cursor_after(const Task& task);

/// Who works on tasks.
struct Worker {
    std::string id;
    std::vector<std::string> skills;
    std::vector<std::string> roles;
    std::vector<std::string> stands_in_for = {};  // Ids; their tasks by name are his too.
    /// Subjects of instances that are he himself, and those who report to him: what is about them
    /// others do, but for tasks that allow it (yungui:ownCases).
    std::vector<std::string> himself = {};
    std::vector<std::string> his_staff = {};
    std::string level = {};               // Of the unit that he works in.
    std::vector<std::string> units = {};  // That unit and all below it.
};

/// Somebody's signature on a task that somebody else does.
struct Signature {
    std::string signer;
    std::string asked_by;
    std::string state;  // asked, waiting (for those before), signed, not-signed.
    std::string comment;
    base::Instant asked_at;
    std::optional<base::Instant> signed_at;
};

/// Somebody is away, and who takes his tasks.
struct Absence {
    std::string worker;
    std::string stand_in;
    base::Instant from;
    base::Instant until;
};

/// Whether the worker is one of the task's candidates, or, where it names none, works in its unit
/// or above it (where it names one) and has one of its skills, one of its roles and one of its
/// levels (where it asks for any) or a role that it was escalated to; and is not excluded.
bool may_work_on(const Worker& worker, const Task& task);

/// Whether somebody has the task for whom the worker stands in, and has not borrowed it: the worker
/// may take it from him, where he may do such tasks at all.
bool may_take_over(const Worker& worker, const Task& task);

/// `lent`: those that a person has lent to others; `stranded`: open ones that nobody may take.
enum class TaskView : std::uint8_t { open, mine, claimed, done, all, to_sign, lent, stranded };

/// What a review of the people found.
struct Staffing {
    int returned = 0;      // Claimed tasks whose holder may not do them any more.
    int signers_gone = 0;  // Signatures that nobody can give any more.
    int stranded = 0;      // Open tasks that nobody may take now.
};

struct TaskQuery {
    TaskView view = TaskView::open;
    std::string worker = {};   // Of `mine`, `to_sign` and `lent`.
    std::string service = {};  // Empty: all.
    bool late_only = false;
    std::string cursor = {};  // `next_cursor` of the page before.
    int limit = 20;           // 1 to 200.
};

struct TaskPage {
    std::vector<Task> tasks;  // By deadline (those without last), then age; done: latest first.
    std::string next_cursor;  // Empty at the end.
};

struct TaskCounts {
    /// Where lists stop counting, so that they open as quickly however much there is to do.
    static constexpr std::int64_t most_in_lists = 1000;

    std::int64_t open = 0;  // Not claimed.
    std::int64_t mine = 0;
    std::int64_t late = 0;  // Open or claimed.
    std::int64_t claimed = 0;
};

/// How a person ends a task. Personal data belongs in `data` and `comment`, which are stored
/// sealed.
struct Completion {
    std::string outcome = {};  // Staff tasks.
    std::string reason = {};
    std::string comment = {};
    platform::json::Object data = {};  // Customers' tasks.
    /// The largest sum that the person may grant (yungui:outcome's amount); none: any.
    std::optional<platform::decimal::Decimal> authority = {};
};

/// What an outcome grants: a number, or a text that is one. Nothing where there is no amount; what
/// is no number is more than anybody may grant.
std::optional<platform::decimal::Decimal> granted(const platform::json::Value& amount);

}  // namespace engine::process
