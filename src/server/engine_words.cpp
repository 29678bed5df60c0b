// SPDX-License-Identifier: Apache-2.0
#include <server/words.h>

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
}

}  // namespace server
