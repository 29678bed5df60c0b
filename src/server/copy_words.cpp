// SPDX-License-Identifier: Apache-2.0
#include <server/words.h>

#include <server/copies.h>

#include <cstdio>
#include <memory>

namespace server {

namespace {

void say(const std::string& line)
{
    std::printf("  %s\n", line.c_str());
    std::fflush(stdout);
}

int answer(const base::Result<void>& done, const std::string& success)
{
    if (!done) {
        std::fprintf(stderr, "yungui: %s\n", done.error().detail.c_str());
        return 1;
    }
    std::printf("%s\n", success.c_str());
    return 0;
}

struct BackupOptions {
    std::string data = "data";
    std::string to;
    bool with_keys = false;
};

struct RestoreOptions {
    std::string from;
    std::string data;
    std::string live;
    std::string to;
    std::string keys;
};

int run_restore(const RestoreOptions& options)
{
    Restoration wanted{.from = options.from, .to = options.data};
    wanted.live = options.live;
    wanted.keys = options.keys;
    if (!options.to.empty()) {
        const auto until = base::parse_instant(options.to);
        if (!until) {
            std::fprintf(stderr,
                         "yungui: --to is a moment like 2026-11-21T16:30:00+08:00, not “%s”\n",
                         options.to.c_str());
            return 2;
        }
        wanted.until = until.value();
    }
    return answer(restore(wanted, say),
                  "Restored into " + options.data +
                      "; hold it to its invariants with: yungui check --data " + options.data);
}

}  // namespace

void add_copy_words(platform::command_line::Program& program, const std::filesystem::path&)
{
    auto backup = std::make_shared<BackupOptions>();
    program.word(
        "backup", "Copy a data folder, also while the bank runs",
        [&](platform::command_line::Options& declare) {
            declare.place("folder", "The new folder to copy into", backup->to, true);
            declare.text("--data", "The data folder (data)", backup->data);
            declare.flag("--with-keys",
                         "The master keys too: who has such a copy can read everything",
                         backup->with_keys);
        },
        [backup] {
            return answer(
                back_up(backup->data, backup->to, backup->with_keys, base::SystemClock{}, say),
                "Copied into " + backup->to +
                    (backup->with_keys
                         ? ""
                         : "; the master keys are kept apart: " + backup->data + "/keys"));
        });
    auto wanted = std::make_shared<RestoreOptions>();
    program.word(
        "restore", "Make a data folder of a backup, as it was at a moment",
        [&](platform::command_line::Options& declare) {
            declare.place("folder", "The backup", wanted->from, true);
            declare.place("data", "The new data folder", wanted->data, true);
            declare.text("--live", "The data folder that was backed up, for what came afterwards",
                         wanted->live);
            declare.text("--to", "The moment (RFC 3339); without it, the newest there is",
                         wanted->to);
            declare.text("--keys", "The master keys' file", wanted->keys);
        },
        [wanted] { return run_restore(*wanted); });
}

}  // namespace server
