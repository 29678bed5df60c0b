// SPDX-License-Identifier: Apache-2.0
#include <server/words.h>

#include <bank/counter/scenario.h>
#include <engine/dmn/conformance.h>
#include <engine/feel/command.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

namespace server {

namespace {

struct FeelOptions {
    std::string expression;
    std::string context;
};

int feel(const FeelOptions& options)
{
    std::string context;
    if (!options.context.empty()) {
        std::ifstream file{options.context};
        if (!file) {
            std::fprintf(stderr, "yungui: %s cannot be read\n", options.context.c_str());
            return 2;
        }
        std::stringstream text;
        text << file.rdbuf();
        context = text.str();
    }
    return engine::feel::print_answer(options.expression, context, base::SystemClock{}, std::cout);
}

struct DmnOptions {
    std::string what;
    std::string folder;
    bool json = false;
};

int dmn(const DmnOptions& options)
{
    if (options.what != "test") {
        std::fprintf(stderr, "yungui: dmn knows “test”, not “%s”\n", options.what.c_str());
        return 2;
    }
    return engine::dmn::test_folder(options.folder, options.json, std::cout);
}

struct ProcessOptions {
    std::string what;
    std::string folder;
};

int report(const bank::catalog::Findings& findings)
{
    for (const auto& finding : findings) {
        std::fprintf(stderr, "%s\n", platform::config::to_string(finding).c_str());
    }
    return 1;
}

/// Runs the scenarios of a service's folder, which lies at BANK/services/NAME; the file itself,
/// scenario.yaml, stands for its folder.
int process_test(const std::filesystem::path& given)
{
    const auto folder = given.filename() == "scenario.yaml"
                            ? std::filesystem::absolute(given).parent_path()
                            : given;
    if (!std::filesystem::exists(folder / "service.yaml")) {
        std::fprintf(stderr, "yungui: %s is no service's folder: there is no service.yaml in it\n",
                     folder.c_str());
        return 2;
    }
    const auto whole = std::filesystem::weakly_canonical(folder);
    const auto bank_folder = whole.parent_path().parent_path();
    bank::catalog::Findings findings;
    const auto bank = bank::catalog::load_bank(bank_folder, findings);
    if (bank == nullptr) return report(findings);
    const auto service =
        bank::catalog::load_service(bank_folder, whole.filename(), *bank, findings);
    if (service == nullptr) return report(findings);
    findings = bank::counter::run_scenarios(service, bank);
    const auto* scenarios = service->scenario.find("scenarios");
    if (scenarios == nullptr) return report(findings);
    // A finding belongs to the last scenario that begins at its line or before.
    auto finding = findings.begin();
    for (const auto& scenario : scenarios->items()) {
        const auto* next = &scenario + 1 == scenarios->items().data() + scenarios->items().size()
                               ? nullptr
                               : &scenario + 1;
        const auto first = finding;
        while (finding != findings.end() && (next == nullptr || finding->line < next->line())) {
            ++finding;
        }
        const auto* name = scenario.find("name");
        std::printf("%s %s\n", first == finding ? "ok" : "not ok",
                    name == nullptr ? "(without a name)" : std::string{name->text()}.c_str());
    }
    return findings.empty() ? 0 : report(findings);
}

int process(const ProcessOptions& options)
{
    if (options.what != "test") {
        std::fprintf(stderr, "yungui: process knows “test”, not “%s”\n", options.what.c_str());
        return 2;
    }
    return process_test(options.folder);
}

}  // namespace

void add_engine_words(platform::command_line::Program& program)
{
    auto expression = std::make_shared<FeelOptions>();
    program.word(
        "feel", "Evaluate a FEEL expression",
        [&](platform::command_line::Options& declare) {
            declare.place("expression", "The expression", expression->expression, true);
            declare.text("--context", "A JSON file whose members are variables",
                         expression->context);
        },
        [expression] { return feel(*expression); });
    auto tests = std::make_shared<DmnOptions>();
    program.word(
        "dmn", "dmn test FOLDER: run a folder laid out like the DMN compatibility kit",
        [&](platform::command_line::Options& declare) {
            declare.place("test", "What to do", tests->what, true);
            declare.place("folder", "The folder", tests->folder, true);
            declare.flag("--json", "Print one JSON object", tests->json);
        },
        [tests] { return dmn(*tests); });
    auto process_options = std::make_shared<ProcessOptions>();
    program.word(
        "process", "process test FOLDER: run the scenarios of a service's folder",
        [&](platform::command_line::Options& declare) {
            declare.place("test", "What to do", process_options->what, true);
            declare.place("folder", "The service's folder", process_options->folder, true);
        },
        [process_options] { return process(*process_options); });
}

}  // namespace server
