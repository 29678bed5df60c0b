// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/batch/roster.h>

#include <bank/account/accounts.h>
#include <bank/payment/ports.h>
#include <bank/risk/judge.h>
#include <platform/sql/book.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bank::batch {

using account::AccountId;
using BatchId = base::Id<struct BatchTag>;

std::span<const platform::sql::Migration> migrations();

/// uploaded → checked → submitted → approved → running → done, stopped (may run again) or refused
/// (before approval, for ever).
enum class State : std::uint8_t {
    receiving,  // Its lines are being stored; nobody sees it yet.
    uploaded,   // Its lines are being checked.
    checked,
    submitted,
    approved,
    running,
    stopped,
    done,
    refused,
};
std::string_view to_string(State state);
/// None for another text.
std::optional<State> state_of(std::string_view text);

/// What a line that cannot be paid means for the rest; the maker chooses.
enum class OnBadLine : std::uint8_t { go_on, stop };
std::string_view to_string(OnBadLine choice);

enum class LineState : std::uint8_t { waiting, ready, refused, paid };
/// A line that is ready in a batch that has ended was not tried.
std::string_view to_string(LineState state);

/// Lines and what they add up to, in minor units. A line whose amount cannot be read adds nothing.
struct Tally {
    std::int64_t lines = 0;
    std::int64_t minor_units = 0;

    friend bool operator==(const Tally&, const Tally&) = default;
};

struct Batch {
    BatchId id;
    State state = State::receiving;
    std::string title;
    AccountId payer;
    base::Currency unit;
    Format format = Format::csv;
    std::string encoding;
    std::string file_hash;  // SHA-256, hexadecimal.
    OnBadLine on_bad_line = OnBadLine::go_on;
    std::string language;  // Of the maker.
    // All lines are waiting to be checked, ready, refused or paid: all = waiting + ready + refused
    // + paid at any time, in lines and in amounts.
    Tally all;
    Tally waiting;
    Tally ready;
    Tally refused;
    Tally paid;
    std::uint64_t maker = 0;    // Of the staff.
    std::uint64_t checker = 0;  // Who approved or refused.
    std::string reason;         // Why it was stopped or refused: a code, or a person's words.
    base::Instant uploaded_at;
    std::optional<base::Instant> submitted_at;
    std::optional<base::Instant> approved_at;
    std::optional<base::Instant> ended_at;
};

struct Line {
    int number = 0;  // From 1, in the file's order.
    int place = 0;   // See Row.
    LineState state = LineState::waiting;
    Row row;  // With the faults that were found.
    base::Money amount{0, {"CNY", 2}};
    AccountId account;  // None while not known.
    ledger::EntryId entry;
    std::optional<base::Instant> paid_at = {};
};

/// An account that batches may be paid from: its holder agreed with the bank on it.
struct Payer {
    AccountId account;
    std::string number;
    std::string name;  // The organisation's.
    base::Money available;
};

struct Upload {
    std::uint64_t maker = 0;
    std::string key;  // The caller's Idempotency-Key.
    AccountId payer;
    std::string title;  // At most 80 characters.
    OnBadLine on_bad_line = OnBadLine::go_on;
    std::string language;
    std::string_view file;
};

/// Files of payments out of one account to many accounts of the institution: payrolls.
///
/// One person uploads, another approves. While it is approved and not done, what is still to be
/// paid is reserved on the payer's account. Each line is an entry of its own, paid at most once
/// whatever ends or begins again; a line that is refused stands with its reason; every line is
/// accounted for. Events: payment.wages for each paid line. Staff's acts and each group of lines
/// are in the audit trail.
class Batches {
public:
    struct Parts {
        platform::sql::Book& book;
        account::Accounts& accounts;
        risk::Judge& judge;
        payment::People& people;
        payment::Events& events;
        /// Told after a commit that changed a batch; short.
        std::function<void(BatchId)> changed = {};
    };
    explicit Batches(const Parts& parts);
    ~Batches();  // stop().

    /// Takes up what was going on. Once, before uploads.
    void start();
    /// Waits for the group of lines that is in work.
    void stop();

    /// The holder of an account agrees that batches are paid from it. Idempotent.
    /// Errors: account.unknown.
    base::Result<void> agree(platform::sql::Transaction& transaction, AccountId payer);

    std::vector<Payer> payers(platform::sql::Snapshot& snapshot);

    /// Reads and stores a file, whose lines are then checked. Not in a unit of work: it makes its
    /// own; takes some µs a line. The same key and file give the same batch again.
    /// Errors: read_roster's, batch.payer_unknown, batch.title_too_long, batch.key_reused,
    /// batch.still_storing, batch.file_known (the same file was uploaded for this payer and not
    /// refused), batch.pain_payer (pain.001 names another debtor account).
    base::Result<Batch> upload(const Upload& upload);

    /// The acts of people. Each is the same once and twice for the same person.
    /// Errors of all: batch.unknown, batch.state (detail: in which it is).

    /// Errors: batch.not_the_maker, batch.has_bad_lines (where they stop all), batch.no_lines_left.
    base::Result<Batch> submit(platform::sql::Transaction& transaction, BatchId id,
                               std::uint64_t staff);
    /// Reserves what is to be paid. The caller has checked the person's limit.
    /// Errors: batch.same_person, batch.no_funds, batch.payer_blocked.
    base::Result<Batch> approve(platform::sql::Transaction& transaction, BatchId id,
                                std::uint64_t staff);
    /// By a checker, or by the maker, who takes it back; before approval.
    /// Errors: batch.reason_missing.
    base::Result<Batch> refuse(platform::sql::Transaction& transaction, BatchId id,
                               std::uint64_t staff, std::string_view reason);
    /// No further line is tried; what was reserved is free. Errors: batch.reason_missing.
    base::Result<Batch> halt(platform::sql::Transaction& transaction, BatchId id,
                             std::uint64_t staff, std::string_view reason);
    /// Goes on with the lines that were not tried. Errors: as approve.
    base::Result<Batch> resume(platform::sql::Transaction& transaction, BatchId id,
                               std::uint64_t staff);

    /// Errors: batch.unknown.
    base::Result<Batch> batch(platform::sql::Snapshot& snapshot, BatchId id);
    /// Newest first, older than `before` (none: from the newest), in `state` (none: all).
    std::vector<Batch> list(platform::sql::Snapshot& snapshot, std::optional<State> state,
                            BatchId before, int limit);

    /// Lines numbered above `after`, in order, in `state` (none: all).
    std::vector<Line> lines(platform::sql::Snapshot& snapshot, const Batch& batch,
                            std::optional<LineState> state, int after, int limit);

    /// Of each reason how many lines were refused for it, the most frequent first.
    struct ReasonCount {
        std::string reason;
        std::int64_t lines;
    };
    std::vector<ReasonCount> reasons(platform::sql::Snapshot& snapshot, const Batch& batch);

    /// What names a payment's original in pain.002: the file's MsgId, or the batch's id.
    std::string message_id(platform::sql::Snapshot& snapshot, const Batch& batch);

private:
    class Worker;
    base::Result<Batch> reserve_rest(platform::sql::Transaction& transaction, Batch batch,
                                     std::uint64_t staff, std::string_view action);

    const Parts parts_;
    std::unique_ptr<Worker> worker_;
};

}  // namespace bank::batch
