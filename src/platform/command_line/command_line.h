// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace platform::command_line {

/// What a word of the command line takes.
class Options {
public:
    virtual ~Options() = default;
    virtual void flag(const std::string& name, const std::string& help, bool& value) = 0;
    virtual void text(const std::string& name, const std::string& help, std::string& value) = 0;
    virtual void texts(const std::string& name, const std::string& help,
                       std::vector<std::string>& values) = 0;
    virtual void number(const std::string& name, const std::string& help, std::int64_t& value) = 0;
    /// A word that is no option, in its place; one dash before it does no harm.
    virtual void place(const std::string& name, const std::string& help, std::string& value,
                       bool required) = 0;
};

/// The words that a program understands, each with its options.
class Program {
public:
    Program(std::string name, std::string about);
    ~Program();

    /// `declare` names the options once; `run` is called with them filled in and gives the exit
    /// status.
    void word(const std::string& name, const std::string& help,
              const std::function<void(Options&)>& declare, std::function<int()> run);

    /// Reads the command line and runs what it says. Misuse is one line on standard error and
    /// status 2; `help` and `--help` print what there is.
    int run(int count, char** words);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace platform::command_line
