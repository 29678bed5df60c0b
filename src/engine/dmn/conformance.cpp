// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/conformance.h>

#include <engine/dmn/internal/conformance_values.h>
#include <engine/dmn/model.h>
#include <platform/json/value.h>

#include <algorithm>
#include <fstream>
#include <ostream>
#include <sstream>

namespace engine::dmn {
namespace {

namespace fs = std::filesystem;
using feel::Value;
using platform::xml::Document;
using platform::xml::Node;

std::string content_of(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return std::move(out).str();
}

std::vector<fs::path> files_below(const fs::path& folder, std::string_view extension)
{
    std::vector<fs::path> out;
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
        if (entry.is_regular_file() && entry.path().extension() == extension)
            out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    return out;
}

/// "3" of ".../compliance-level-3/0001-x/0001-x-test-01.xml".
std::string level_of(const fs::path& file)
{
    const std::string name = file.parent_path().parent_path().filename().string();
    const std::size_t end = name.find_last_of("0123456789");
    if (end == std::string::npos) return name;
    const std::size_t before = name.find_last_not_of("0123456789", end);
    return name.substr(before == std::string::npos ? 0 : before + 1,
                       end - (before == std::string::npos ? 0 : before + 1) + 1);
}

/// The models beside a test, for its imports.
LoadOptions options_for(const fs::path& folder)
{
    LoadOptions options;
    options.lenient = true;
    for (const fs::path& path : files_below(folder, ".dmn")) {
        std::string text = content_of(path);
        const auto document = Document::parse(text, path.filename().string());
        if (!document) continue;
        options.files.push_back(
            {std::string(document.value().root().attribute("namespace").value_or("")),
             std::move(text), path.filename().string()});
    }
    return options;
}

class Runner {
public:
    explicit Runner(fs::path root) : root_(std::move(root)) {}

    void run(const fs::path& file)
    {
        const auto document = Document::parse(content_of(file), file.filename().string());
        if (!document || document.value().root().local_name() != "testCases") return;
        const Node root = document.value().root();
        const auto name = root.child("modelName");
        const fs::path model_path = file.parent_path() / (name ? name->text() : "");
        const auto model = load(content_of(model_path), model_path.filename().string(),
                                options_for(file.parent_path()));
        for (const Node& each : root.children("testCase"))
            run_case(file, each, model ? &model.value() : nullptr,
                     model ? "" : model.error().detail);
    }

    Conformance take() { return std::move(out_); }

private:
    void run_case(const fs::path& file, const Node& test, const Model* model,
                  const std::string& error)
    {
        feel::Context inputs;
        for (const Node& input : test.children("inputNode"))
            inputs.put(input.attribute("name").value_or(""), test_value(input));
        bool passed = true;
        bool expects_value = false;
        for (const Node& result : test.children("resultNode")) {
            const auto expected_node = result.child("expected");
            const Value expected = expected_node ? test_value(*expected_node) : Value();
            expects_value = expects_value || !expected.is_null();
            std::string got = error;
            std::string why;
            Value value;
            if (model != nullptr) value = ask(*model, test, result, inputs, got, why);
            if (model != nullptr && got.empty() && meets(value, expected)) continue;
            passed = false;
            if (got.empty()) got = feel::to_text(value) + (why.empty() ? "" : " (" + why + ")");
            out_.failures.push_back({fs::relative(file, root_).string() + " case " +
                                         std::string(test.attribute("id").value_or("")) + " \"" +
                                         std::string(result.attribute("name").value_or("")) + "\"",
                                     feel::to_text(expected), got});
        }
        Conformance::Score& score = out_.levels[level_of(file)];
        ++score.all;
        score.passed += passed ? 1 : 0;
        score.value_all += expects_value ? 1 : 0;
        score.value_passed += expects_value && passed ? 1 : 0;
    }

    /// `why`: the first problem on the way, which may be why something is null.
    static Value ask(const Model& model, const Node& test, const Node& result,
                     const feel::Context& inputs, std::string& error, std::string& why)
    {
        static const base::SystemClock clock;
        feel::Evaluation evaluation(clock);
        const std::string_view type = test.attribute("type").value_or("decision");
        const std::string_view called = test.attribute("invocableName").value_or("");
        const std::string_view wanted = result.attribute("name").value_or("");
        const auto answer = type != "decision" && !called.empty()
                                ? model.invoke(called, inputs, evaluation)
                                : model.evaluate(wanted, inputs, evaluation);
        if (!answer) {
            error = answer.error().detail;
            return {};
        }
        if (!evaluation.problems().empty()) why = evaluation.problems().front().detail;
        const Value& value = answer.value();
        // A service with several outputs answers a context; a result names one of them.
        if (type == "decisionService" && value.context() != nullptr) {
            if (const Value* part = value.context()->find(feel::normal_name(wanted))) return *part;
        }
        return value;
    }

    fs::path root_;
    Conformance out_;
};

platform::json::Value as_json(const Conformance& outcome)
{
    platform::json::Object levels;
    for (const auto& [level, score] : outcome.levels) {
        levels.set(level, platform::json::Object{{"passed", score.passed},
                                                 {"all", score.all},
                                                 {"value_passed", score.value_passed},
                                                 {"value_all", score.value_all}});
    }
    platform::json::Array failures;
    for (const Conformance::Failure& each : outcome.failures) {
        failures.push_back(platform::json::Object{
            {"where", each.where}, {"expected", each.expected}, {"got", each.got}});
    }
    return platform::json::Object{{"levels", std::move(levels)}, {"failures", std::move(failures)}};
}

}  // namespace

base::Result<Conformance> run_conformance(const fs::path& folder)
{
    Runner runner(folder);
    for (const fs::path& file : files_below(folder, ".xml")) runner.run(file);
    Conformance out = runner.take();
    if (out.levels.empty())
        return base::not_found("dmn.no_cases",
                               "There are no DMN test cases in " + folder.string() + ".");
    return out;
}

int test_folder(const fs::path& folder, bool json, std::ostream& out)
{
    const auto outcome = run_conformance(folder);
    if (!outcome) {
        out << outcome.error().detail << "\n";
        return 2;
    }
    const Conformance& result = outcome.value();
    if (json) {
        out << platform::json::serialise(as_json(result)) << "\n";
        return result.failures.empty() ? 0 : 1;
    }
    for (const auto& [level, score] : result.levels) {
        out << "level " << level << ": " << score.passed << " of " << score.all << " cases passed, "
            << score.value_passed << " of the " << score.value_all
            << " that expect something other than null\n";
    }
    for (const Conformance::Failure& each : result.failures)
        out << each.where << ": expected " << each.expected << ", got " << each.got << "\n";
    return result.failures.empty() ? 0 : 1;
}

}  // namespace engine::dmn
