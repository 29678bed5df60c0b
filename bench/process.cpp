// SPDX-License-Identifier: Apache-2.0
#include <bench/process.h>

#include <bench/transfer_bank.h>

#include <atomic>
#include <thread>

namespace bench {

namespace {

// So many share a commit.
constexpr int threads = 48;

std::vector<std::string> customers_of(platform::sql::Book& book)
{
    std::vector<std::string> ids;
    book.read([&](platform::sql::Snapshot& snapshot) {
        auto rows = snapshot.query("select id from customer_person order by id limit 100");
        while (rows.next()) ids.push_back(to_string(rows.id<bank::customer::CustomerId>(0)));
    });
    if (ids.empty()) throw std::runtime_error("there are no customers");
    return ids;
}

void run_one(bank::counter::Counter& counter, const std::string& applicant, bool finished)
{
    const auto started = must(counter.start("measured", {applicant, {}}));
    if (!finished) return;
    auto& engine = counter.engine();
    const auto instance = must(counter.instance(started.id)).id;
    const auto tasks = engine.book().read(
        [&](platform::sql::Snapshot& snapshot) { return engine.staff_tasks(snapshot, instance); });
    if (tasks.size() != 1) throw std::runtime_error("an instance waits for nobody");
    const engine::process::Worker teller{"yc.teller1", {"case-review"}, {"teller"}};
    must(counter.claim(tasks.front().id, teller));
    engine::process::Completion completion;
    completion.outcome = "approve";
    must(counter.complete(tasks.front().id, teller.id, completion));
}

}  // namespace

int fill_processes(const std::filesystem::path& root, const std::filesystem::path& data,
                   std::int64_t count, bool finished)
{
    TransferBank bank{root, data};
    auto& counter = bank.institution().as_api().counter;
    const auto customers = customers_of(counter.engine().book());
    std::atomic<std::int64_t> next = 0;
    std::atomic<bool> failed = false;
    const auto work = [&] {
        try {
            for (std::int64_t one = next++; one < count && !failed; one = next++) {
                run_one(counter, customers[static_cast<std::size_t>(one) % customers.size()],
                        finished);
            }
        } catch (const std::exception& failure) {
            if (!failed.exchange(true)) std::fprintf(stderr, "%s\n", failure.what());
        }
    };
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < threads; ++i) workers.emplace_back(work);
    }
    return failed ? 1 : 0;
}

}  // namespace bench
