// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/internal/pace.h>

#include <thread>

namespace bank::end_of_day::internal {

namespace {

constexpr std::size_t at_a_time = 8;
constexpr auto look_every = std::chrono::milliseconds(50);
constexpr std::uint64_t units_of_busy_others = 25;  // In that time.
constexpr auto pause_for_others = std::chrono::milliseconds(4);

}  // namespace

Pace::~Pace()
{
    while (!under_way_.empty()) {
        under_way_.front().wait();
        under_way_.pop_front();
    }
}

bool Pace::others_are_busy()
{
    const auto now = std::chrono::steady_clock::now();
    if (now - looked_at_ < look_every) return busy_;
    const std::uint64_t all = book_.statistics().units;
    const std::uint64_t ours = our_units_ - our_units_then_;
    const std::uint64_t others = all - all_units_ - std::min(all - all_units_, ours);
    // A look after a longer time says nothing of now.
    busy_ = others > units_of_busy_others && now - looked_at_ < 4 * look_every;
    looked_at_ = now;
    all_units_ = all;
    our_units_then_ = our_units_;
    return busy_;
}

base::Result<void> Pace::wait_for_first()
{
    auto outcome = under_way_.front().get();
    under_way_.pop_front();
    return outcome;
}

base::Result<void> Pace::submit(outbox::UnitOfWork work)
{
    if (stopping_) return base::unavailable("end_of_day.stopped", "the program ends");
    while (under_way_.size() >= at_a_time) TRY(wait_for_first());
    auto promise = std::make_shared<std::promise<base::Result<void>>>();
    under_way_.push_back(promise->get_future());
    ++our_units_;
    book_.submit(std::move(work),
                 [promise](base::Result<void> done) { promise->set_value(std::move(done)); });
    if (others_are_busy()) {
        TRY(drain());
        std::this_thread::sleep_for(pause_for_others);
    }
    return {};
}

base::Result<void> Pace::drain()
{
    while (!under_way_.empty()) TRY(wait_for_first());
    return {};
}

}  // namespace bank::end_of_day::internal
