// SPDX-License-Identifier: Apache-2.0
#include <engine/process/definition.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

class AnyDecision final : public engine::process::Decisions {
public:
    bool has(std::string_view) const override { return true; }
    base::Result<engine::feel::Value> decide(std::string_view, const engine::feel::Context&,
                                             engine::feel::Evaluation&) const override
    {
        return engine::feel::Value{};
    }
};

}  // namespace

/// Any bytes as a process that may call itself: refused with findings, or all of it compiled.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine::process;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::vector<platform::config::Finding> findings;
    const auto definition = Definition::compile(
        text, "fuzz.bpmn", std::make_shared<AnyDecision>(), findings, [&](const std::string&) {
            return ProcessFile{std::string{text}, "called.bpmn"};
        });
    base::ensure((definition == nullptr) == !findings.empty());
    if (definition == nullptr) return 0;
    for (const Element& element : definition->elements()) {
        base::ensure(definition->find(element.id).has_value());
        for (const Flow& flow : element.outgoing) {
            base::ensure(flow.target < definition->elements().size());
        }
    }
    base::ensure(definition->start() < definition->elements().size());
    return 0;
}
