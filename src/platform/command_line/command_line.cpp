// SPDX-License-Identifier: Apache-2.0
#include <platform/command_line/command_line.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace platform::command_line {

namespace {

class CliOptions final : public Options {
public:
    explicit CliOptions(CLI::App& app) : app_(app) {}

    void flag(const std::string& name, const std::string& help, bool& value) override
    {
        app_.add_flag(name, value, help);
    }
    void text(const std::string& name, const std::string& help, std::string& value) override
    {
        app_.add_option(name, value, help);
    }
    void texts(const std::string& name, const std::string& help,
               std::vector<std::string>& values) override
    {
        app_.add_option(name, values, help);
    }
    void number(const std::string& name, const std::string& help, std::int64_t& value) override
    {
        app_.add_option(name, value, help);
    }
    void place(const std::string& name, const std::string& help, std::string& value,
               bool required) override
    {
        auto* option = app_.add_option(name, value, help);
        if (required) option->required();
    }

private:
    CLI::App& app_;
};

/// The words in the reverse order that CLI11 takes. What has one dash before it is no option, none
/// of which is short but -h, but what belongs in a place (the expression "-1 + 2"); it is put
/// behind "--".
std::vector<std::string> reversed(int count, char** words)
{
    std::vector<std::string> options;
    std::vector<std::string> places;
    const auto begins = [](std::string_view word, std::string_view with) {
        return word.substr(0, with.size()) == with;
    };
    bool only_places = false;
    for (int at = 1; at < count; ++at) {
        const std::string_view word{words[at]};
        const bool value = at > 1 && begins(words[at - 1], "--");
        if (!only_places && word == "--") {
            only_places = true;
        } else if (only_places ||
                   (!value && begins(word, "-") && !begins(word, "--") && word != "-h")) {
            places.emplace_back(word);
        } else {
            options.emplace_back(word);
        }
    }
    if (!places.empty()) {
        options.emplace_back("--");
        options.insert(options.end(), places.begin(), places.end());
    }
    std::reverse(options.begin(), options.end());
    return options;
}

}  // namespace

struct Program::State {
    CLI::App app;
    std::vector<std::pair<CLI::App*, std::function<int()>>> words;
};

Program::Program(std::string name, std::string about) : state_(std::make_unique<State>())
{
    state_->app.name(std::move(name));
    state_->app.description(std::move(about));
    state_->app.require_subcommand(0, 1);
    word(
        "help", "What there is", [](Options&) {},
        [this] {
            // App::help would speak of the word that was chosen, which is this one.
            const CLI::App& app = state_->app;
            std::fputs(app.get_formatter()
                           ->make_help(&app, app.get_name(), CLI::AppFormatMode::Normal)
                           .c_str(),
                       stdout);
            return 0;
        });
}

Program::~Program() = default;

void Program::word(const std::string& name, const std::string& help,
                   const std::function<void(Options&)>& declare, std::function<int()> run)
{
    CLI::App* app = state_->app.add_subcommand(name, help);
    CliOptions options{*app};
    declare(options);
    state_->words.emplace_back(app, std::move(run));
}

int Program::run(int count, char** words)
{
    try {
        state_->app.parse(reversed(count, words));
    } catch (const CLI::CallForHelp&) {
        const auto chosen = state_->app.get_subcommands();
        std::fputs((chosen.empty() ? &state_->app : chosen.front())->help().c_str(), stdout);
        return 0;
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "%s: %s\n", state_->app.get_name().c_str(), error.what());
        return 2;
    }
    for (const auto& [app, act] : state_->words) {
        if (app->parsed()) return act();
    }
    std::fputs(state_->app.help().c_str(), stdout);
    return 0;
}

}  // namespace platform::command_line
