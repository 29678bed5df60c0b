// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/internal/service_files.h>
#include <engine/dmn/model.h>

#include <algorithm>

namespace bank::catalog::internal {

namespace {

namespace dmn = engine::dmn;
namespace feel = engine::feel;

/// The decisions of several models, the first of a name counts.
class Models final : public engine::process::Decisions {
public:
    void add(dmn::Model model) { models_.push_back(std::move(model)); }

    bool has(std::string_view decision) const override { return find(decision) != nullptr; }

    base::Result<feel::Value> decide(std::string_view decision, const feel::Context& variables,
                                     feel::Evaluation& evaluation) const override
    {
        const dmn::Model* model = find(decision);
        base::ensure(model != nullptr);
        return model->evaluate(decision, variables, evaluation);
    }

private:
    const dmn::Model* find(std::string_view decision) const
    {
        for (const auto& model : models_) {
            if (model.find(decision) != dmn::Model::none) return &model;
        }
        return nullptr;
    }

    std::vector<dmn::Model> models_;
};

}  // namespace

std::shared_ptr<const engine::process::Decisions> compile_decisions(const std::string& folder,
                                                                    const Files& files,
                                                                    const Bank& bank,
                                                                    std::vector<Finding>& findings,
                                                                    std::vector<Finding>& warnings)
{
    auto models = std::make_shared<Models>();
    const auto add = [&](const std::string& text, const std::string& shown, bool own) {
        auto model = dmn::load(text, shown);
        if (model) {
            if (own) {
                for (const auto& odd : model.value().findings())
                    warnings.push_back({odd.file, odd.line, odd.detail});
            }
            models->add(std::move(model).value());
        } else {
            findings.push_back(finding_of(model.error(), shown));
        }
    };
    for (const auto& [name, text] : files) {
        if (name.ends_with(".dmn")) add(text, folder + name, true);
    }
    for (const auto& [name, file] : bank.decisions) add(file.text, file.file, false);
    return models;
}

}  // namespace bank::catalog::internal
