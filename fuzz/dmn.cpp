// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/model.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Any bytes as a model: refused, or every decision answers within its bounds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    static const base::ManualClock clock(base::Instant{});
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const bool lenient : {false, true}) {
        dmn::LoadOptions options;
        options.lenient = lenient;
        const auto model = dmn::load(text, "fuzz.dmn", options);
        if (!model) continue;
        for (const std::string& name : model.value().decision_names()) {
            feel::Evaluation evaluation(clock, {.steps = 20'000, .depth = 50, .bytes = 4 << 20});
            (void)model.value().evaluate(name, {{"a", 1}, {"b", "x"}}, evaluation).has_value();
        }
    }
    return 0;
}
