// SPDX-License-Identifier: Apache-2.0
// What decisions cost: no parsing, one thread, inputs that are there already.
#include <bench/decision.h>

#include <engine/dmn/model.h>
#include <engine/feel/expression.h>
#include <engine/feel/json.h>
#include <platform/config/node.h>
#include <platform/json/value.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <stdexcept>

namespace bench {

namespace dmn = engine::dmn;
namespace feel = engine::feel;
namespace json = platform::json;
using Clock = std::chrono::steady_clock;

namespace {

std::string file_text(const std::filesystem::path& file)
{
    auto text = platform::config::read_text(file, file.string());
    if (!text) throw std::runtime_error(text.error().detail);
    return std::move(text).value();
}

double seconds_since(Clock::time_point began)
{
    return std::chrono::duration<double>(Clock::now() - began).count();
}

/// The thousand cases of bench/decision/zen.
std::vector<feel::Context> table_cases()
{
    constexpr std::array<std::string_view, 3> tiers{"gold", "silver", "basic"};
    std::vector<feel::Context> cases;
    for (std::int64_t i = 0; i < 1000; ++i) {
        feel::Context one;
        one.put("tier", feel::Value{std::string{tiers[static_cast<std::size_t>(i % 3)]}});
        one.put("amount", feel::Value{i * 37 % 30'000});
        one.put("age", feel::Value{i * 7 % 90});
        cases.push_back(std::move(one));
    }
    return cases;
}

}  // namespace

int bench_table(const std::filesystem::path& root, double seconds)
{
    const auto file = root / "bench/decision/table.dmn";
    const auto model = dmn::load(file_text(file), "table.dmn");
    if (!model) throw std::runtime_error(model.error().detail);
    const std::size_t decision = model.value().find("risk");
    const auto cases = table_cases();
    const base::SystemClock clock;
    std::int64_t sum = 0;
    for (const auto& each : cases) {
        feel::Evaluation evaluation{clock};
        const auto answer = model.value().evaluate(decision, each, evaluation);
        const auto* context = answer ? answer.value().context() : nullptr;
        const auto* points = context == nullptr ? nullptr : context->find("points");
        if (points != nullptr && points->number() != nullptr)
            sum += static_cast<std::int64_t>(points->number()->to_double());
    }
    std::int64_t count = 0;
    const auto began = Clock::now();
    while (seconds_since(began) < seconds) {
        for (const auto& each : cases) {
            feel::Evaluation evaluation{clock};
            const auto answer = model.value().evaluate(decision, each, evaluation);
            if (!answer) throw std::runtime_error(answer.error().detail);
        }
        count += static_cast<std::int64_t>(cases.size());
    }
    std::printf("{\"per_second\": %.0f, \"sum\": %lld}\n",
                static_cast<double>(count) / seconds_since(began), static_cast<long long>(sum));
    return 0;
}

int bench_expressions(const std::filesystem::path& root, double seconds)
{
    struct One {
        feel::Expression expression;
        feel::Context context;
    };
    std::vector<One> all;
    json::Array answers;
    const base::SystemClock clock;
    const auto listed = json::parse(file_text(root / "bench/decision/expressions.json"));
    if (!listed) throw std::runtime_error(listed.error().detail);
    for (const auto& each : *listed.value().array()) {
        const feel::Value context = feel::from_json(each["context"]);
        std::vector<std::string> names;
        for (const auto& [name, value] : *each["context"].object()) names.push_back(name);
        auto expression = feel::compile(each["expression"].text_or(), names);
        if (!expression) throw std::runtime_error(expression.error().detail);
        all.push_back({std::move(expression).value(), *context.context()});
        feel::Evaluation evaluation{clock};
        auto answer = all.back().expression.evaluate(all.back().context, evaluation);
        if (!answer) throw std::runtime_error(answer.error().detail);
        answers.push_back(feel::to_json(answer.value()));
    }
    std::int64_t count = 0;
    const auto began = Clock::now();
    while (seconds_since(began) < seconds) {
        for (int turn = 0; turn < 100; ++turn) {
            for (const One& one : all) {
                feel::Evaluation evaluation{clock};
                const auto answer = one.expression.evaluate(one.context, evaluation);
                if (!answer) throw std::runtime_error(answer.error().detail);
            }
        }
        count += 100 * static_cast<std::int64_t>(all.size());
    }
    std::printf("%s\n", json::serialise(json::Object{{"per_second", static_cast<double>(count) /
                                                                        seconds_since(began)},
                                                     {"answers", std::move(answers)}})
                            .c_str());
    return 0;
}

}  // namespace bench
