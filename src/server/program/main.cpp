// SPDX-License-Identifier: Apache-2.0
#include <server/words.h>

#include <cstdio>
#include <exception>

namespace {

/// The checkout: two levels above the program in build/<preset>/, or $YUNGUI_HOME.
std::filesystem::path source_root()
{
    if (const char* home = std::getenv("YUNGUI_HOME")) return home;
    return std::filesystem::read_symlink("/proc/self/exe")
        .parent_path()
        .parent_path()
        .parent_path();
}

}  // namespace

int main(int count, char** words)
{
    try {
        platform::command_line::Program program{"yungui",
                                                "The counter of a bank, without the counter."};
        server::add_run_word(program, source_root());
        server::add_check_word(program, source_root());
        server::add_copy_words(program, source_root());
        server::add_end_of_day_word(program, source_root());
        server::add_secret_words(program, source_root());
        server::add_engine_words(program);
        server::add_service_word(program);
        return program.run(count, words);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "yungui: %s\n", failure.what());
        return 1;
    }
}
