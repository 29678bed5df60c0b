// SPDX-License-Identifier: Apache-2.0
#include <bank/counter/scenario.h>

#include <bank/counter/internal/scenario_run.h>

#include <atomic>

#include <unistd.h>

namespace bank::counter {

namespace {

/// A folder that goes with its owner.
class ThrowAway {
public:
    ThrowAway()
    {
        static std::atomic<int> count = 0;
        path = std::filesystem::temp_directory_path() /
               ("yungui-scenario-" + std::to_string(getpid()) + "-" + std::to_string(++count));
        std::filesystem::create_directories(path);
    }
    ~ThrowAway()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    ThrowAway(const ThrowAway&) = delete;
    ThrowAway& operator=(const ThrowAway&) = delete;

    std::filesystem::path path;
};

}  // namespace

catalog::Findings run_scenarios(const catalog::ServicePtr& service,
                                const std::shared_ptr<const catalog::Bank>& bank)
{
    const std::string file = "services/" + service->code + "/scenario.yaml";
    const auto& root = service->scenario;
    const auto* given = root.find("given");
    const auto* scenarios = root.find("scenarios");
    if (given == nullptr || scenarios == nullptr || scenarios->items().empty()) {
        return {{file, root.line(), "a service is deployed only with a scenario that it passes"}};
    }
    for (const auto& [name, member] : root.members()) {
        if (&member != given && &member != scenarios)
            return {{file, member.line(), "\"" + name + "\" is not known here"}};
    }
    const auto* institution = given->find("institution");
    if (institution == nullptr || bank->institution(institution->text()) == nullptr) {
        return {{file, given->line(), "\"institution\" must name one of the bank's"}};
    }
    const ThrowAway folder;
    const auto* now = given->find("now");
    const auto start = base::parse_instant(now == nullptr ? "" : now->text());
    if (!start) return {{file, given->line(), "\"now\" must be an instant"}};
    base::ManualClock clock{start.value()};
    const auto book =
        platform::sql::open_sqlite_book(folder.path / "book.db", clock, {.number = 1023});
    for (const auto schema : {engine::process::migrations(), migrations()}) {
        const auto migrated = book->migrate(schema);
        base::ensure(migrated.has_value());
    }
    catalog::Findings findings;
    const OneService services{service, *bank, institution->text()};
    int number = 0;
    for (const auto& scenario : scenarios->items()) {
        ScenarioRun{*book, clock, services, service, *given, scenario, findings, ++number}.run();
    }
    return findings;
}

catalog::Gate scenario_gate()
{
    return run_scenarios;
}

}  // namespace bank::counter
