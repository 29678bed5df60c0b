// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/end_of_day.h>

#include <bank/end_of_day/internal/steps.h>

#include <base/thread_name.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace bank::end_of_day {

using namespace internal;
using base::Result;

namespace {

constexpr std::int64_t first_wait_seconds = 30;  // After a failure; then twice as long each time.
constexpr std::int64_t most_wait_seconds = 15 * 60;
constexpr auto look_again = std::chrono::seconds(1);

using StepFunction = Result<void> (*)(const Work&);
constexpr std::array<StepFunction, all_steps.size()> step_functions{
    take_own_accounts,    expire_holds, accrue_interest,      post_interest,
    provide_for_interest, charge_fees,  strike_trial_balance, roll_up};

audit::Object audited(base::Date day)
{
    return {"business-day", static_cast<std::uint64_t>(day.days)};
}

}  // namespace

class EndOfDay::Impl {
public:
    explicit Impl(Environment environment) : parts_(std::move(environment)) {}
    ~Impl() { stop(); }

    Result<Run> close(base::Date day, audit::Actor by, std::string_view reason, int most_ahead);
    Result<void> work();
    Result<void> retry(base::Date day, audit::Actor by);
    void start();
    void stop();
    void wake();

private:
    Result<void> do_run(const Run& run);
    Result<void> fail(const Run& run, const base::Error& why);
    Result<void> finish(const Run& run);
    void round();

    Environment parts_;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::condition_variable bell_;
    bool rung_ = false;
    std::thread thread_;
};

Result<Run> EndOfDay::Impl::close(base::Date day, audit::Actor by, std::string_view reason,
                                  int most_ahead)
{
    return parts_.book.write([&](Transaction& transaction) -> Result<Run> {
        const auto by_clock = parts_.day.by_clock(transaction.now());
        if (parts_.day.date() == day && parts_.day.after(day).days > by_clock.days + most_ahead) {
            return base::rejected("end_of_day.too_early",
                                  "the business date " + base::to_string(day) +
                                      " has just opened; it is closed on its own day");
        }
        const auto next = TRY(parts_.day.close(transaction, day));
        Run run;
        run.day = day;
        run.next_day = next;
        run.entry = parts_.accounts.ledger().newest(transaction);
        run.closed_at = transaction.now();
        run.closed_by = by.id;
        transaction.execute(
            "insert into end_of_day_run(day, next_day, entry, closed_at, closed_by, state,"
            " started_at, finished_at, attempts, again_at, reason, detail)"
            " values (?, ?, ?, ?, ?, ?, 0, 0, 0, 0, '', '')",
            day, next, run.entry, run.closed_at, static_cast<std::int64_t>(by.id),
            static_cast<int>(State::waiting));
        audit::append(transaction, {.actor = by,
                                    .action = "end-of-day.close",
                                    .object = audited(day),
                                    .reason = reason,
                                    .details = {{"day", base::to_string(day)},
                                                {"next_day", base::to_string(next)},
                                                {"entry", base::to_string(run.entry)}}});
        parts_.outbox.append(transaction, "end-of-day.closed", base::to_string(day),
                             platform::json::Object{{"day", base::to_string(day)}});
        return run;
    });
}

Result<void> EndOfDay::Impl::work()
{
    for (;;) {
        const auto run =
            parts_.book.read([](Snapshot& snapshot) { return Store::oldest_unfinished(snapshot); });
        if (!run) return {};
        TRY(do_run(*run));
    }
}

Result<void> EndOfDay::Impl::do_run(const Run& run)
{
    Result<void> outcome;
    try {
        TRY(parts_.book.write([&](Transaction& transaction) -> Result<void> {
            Store::begin_run(transaction, run.day);
            return {};
        }));
        const Work work{parts_, run, stopping_};
        for (const Step step : all_steps) {
            const auto place = static_cast<std::size_t>(step);
            if (run.steps[place].state == State::done) continue;
            outcome = step_functions[place](work);
            if (!outcome) break;
        }
        if (outcome) return finish(run);
    } catch (const platform::sql::Failure& failure) {
        outcome = base::unavailable("end_of_day.failed", failure.what());
    }
    if (outcome.error().reason == "end_of_day.stopped") return outcome;
    return fail(run, outcome.error());
}

Result<void> EndOfDay::Impl::finish(const Run& run)
{
    return parts_.book.write([&](Transaction& transaction) -> Result<void> {
        Store::finish_run(transaction, run.day);
        audit::append(transaction, {.actor = {},
                                    .action = "end-of-day.done",
                                    .object = audited(run.day),
                                    .reason = {},
                                    .details = {{"day", base::to_string(run.day)}}});
        parts_.outbox.append(transaction, "end-of-day.done", base::to_string(run.day),
                             platform::json::Object{{"day", base::to_string(run.day)}});
        return {};
    });
}

/// Writes the failure down, so that people see it; returns it.
Result<void> EndOfDay::Impl::fail(const Run& run, const base::Error& why)
{
    const int tries = std::min(run.attempts, 10);
    const auto wait = std::min(most_wait_seconds, first_wait_seconds << tries);
    const auto written = parts_.book.write([&](Transaction& transaction) -> Result<void> {
        Store::fail_run(transaction, run.day, why, base::after_seconds(transaction.now(), wait));
        audit::append(transaction, {.actor = {},
                                    .action = "end-of-day.failed",
                                    .object = audited(run.day),
                                    .reason = why.reason,
                                    .details = {{"day", base::to_string(run.day)}}});
        parts_.outbox.append(transaction, "end-of-day.failed", base::to_string(run.day),
                             platform::json::Object{{"day", base::to_string(run.day)}});
        return {};
    });
    if (parts_.on_failure) {
        Run told = run;
        told.reason = why.reason;
        told.detail = why.detail;
        parts_.on_failure(told);
    }
    return written ? Result<void>{why} : written;
}

Result<void> EndOfDay::Impl::retry(base::Date day, audit::Actor by)
{
    const auto piece = [&](Transaction& transaction) -> Result<void> {
        if (TRY(run_of(transaction, day)).state != State::failed) {
            return base::conflict("end_of_day.not_failed", "this end of day has not failed");
        }
        transaction.execute("update end_of_day_run set again_at = 0 where day = ?", day);
        audit::append(transaction, {.actor = by,
                                    .action = "end-of-day.retry",
                                    .object = audited(day),
                                    .reason = {},
                                    .details = {{"day", base::to_string(day)}}});
        return {};
    };
    TRY(parts_.book.write(piece));
    wake();
    return {};
}

/// One look: dates that have ended are closed, then the oldest that is due is worked on.
void EndOfDay::Impl::round()
{
    const auto now = parts_.book.clock().now();
    while (parts_.day.has_ended(now) && !stopping_) {
        if (!close(parts_.day.date(), {}, {}, 1)) break;
    }
    while (!stopping_) {
        const auto run =
            parts_.book.read([](Snapshot& snapshot) { return Store::oldest_unfinished(snapshot); });
        if (!run || (run->state == State::failed && run->again_at > now)) return;
        if (!do_run(*run)) return;
    }
}

void EndOfDay::Impl::start()
{
    stopping_ = false;
    thread_ = std::thread{[this] {
        base::name_this_thread("end-of-day");
        while (!stopping_) {
            try {
                round();
            } catch (const std::exception&) {
                // The book fails; it says so itself. Look again in a while.
            }
            std::unique_lock lock{mutex_};
            bell_.wait_for(lock, look_again, [this] { return rung_ || stopping_; });
            rung_ = false;
        }
    }};
}

void EndOfDay::Impl::stop()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    bell_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void EndOfDay::Impl::wake()
{
    {
        const std::lock_guard lock{mutex_};
        rung_ = true;
    }
    bell_.notify_all();
}

EndOfDay::EndOfDay(Environment environment) : impl_(std::make_unique<Impl>(std::move(environment)))
{
}

EndOfDay::~EndOfDay() = default;

Result<Run> EndOfDay::close(base::Date day, audit::Actor by, std::string_view reason,
                            int most_ahead)
{
    auto run = impl_->close(day, by, reason, most_ahead);
    if (run) impl_->wake();
    return run;
}

Result<void> EndOfDay::work()
{
    return impl_->work();
}

Result<void> EndOfDay::retry(base::Date day, audit::Actor by)
{
    return impl_->retry(day, by);
}

void EndOfDay::start()
{
    impl_->start();
}

void EndOfDay::stop()
{
    impl_->stop();
}

void EndOfDay::wake()
{
    impl_->wake();
}

}  // namespace bank::end_of_day
