// SPDX-License-Identifier: Apache-2.0
#include <server/copies.h>

#include <platform/json/value.h>
#include <platform/sql/copies.h>

#include <fstream>
#include <sstream>

namespace server {

namespace fs = std::filesystem;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;
using platform::json::Value;

namespace {

constexpr const char* facts_name = "backup.json";

std::string megabytes(const fs::path& file)
{
    return std::to_string((fs::file_size(file) + 999'999) / 1'000'000) + " MB";
}

void copy_if_there(const fs::path& from, const fs::path& to)
{
    if (fs::exists(from)) fs::copy(from, to, fs::copy_options::recursive);
}

void write_private(const fs::path& file, const std::string& text)
{
    std::ofstream out{file};
    out << text << '\n';
    out.close();
    if (!out) throw fs::filesystem_error("it cannot be written", file, {});
}

Result<Value> read_facts(const fs::path& folder)
{
    std::ifstream file{folder / facts_name};
    std::stringstream text;
    text << file.rdbuf();
    auto facts = platform::json::parse(text.str());
    if (!file || !facts) {
        return base::invalid("restore.no_backup", folder.string() + " is no backup");
    }
    return facts;
}

/// Removes what was begun where the work did not come to its end.
class Unfinished {
public:
    explicit Unfinished(fs::path folder) : folder_(std::move(folder)) {}
    ~Unfinished()
    {
        std::error_code ignored;
        if (!finished_) fs::remove_all(folder_, ignored);
    }
    void finish() { finished_ = true; }

private:
    fs::path folder_;
    bool finished_ = false;
};

Result<void> copy_all(const fs::path& data, const fs::path& to, bool with_keys,
                      const base::Clock& clock, const Progress& progress)
{
    fs::create_directories(to);
    fs::permissions(to, fs::perms::owner_all);
    Unfinished unfinished{to};
    const auto begun = clock.now();
    // Before the books: a head that is signed meanwhile would speak of records that they lack. What
    // the books name is copied after them.
    copy_if_there(data / "audit-heads", to / "audit-heads");
    progress("audit-heads");
    Array books;
    for (const auto& entry : fs::directory_iterator{data}) {
        if (entry.path().extension() != ".db") continue;
        const std::string name = entry.path().stem();
        const auto first_log = sql::newest_kept_log(data / "archive" / name);
        TRY(sql::copy_book(entry.path(), to / entry.path().filename()));
        progress("book " + name + ", " + megabytes(to / entry.path().filename()));
        books.push_back(
            Object{{"name", name}, {"first_log", static_cast<std::int64_t>(first_log)}});
    }
    for (const char* name : {"evidence", "partner-keys"}) {
        copy_if_there(data / name, to / name);
        progress(name);
    }
    if (with_keys) copy_if_there(data / "keys", to / "keys");
    const Value facts{Object{{"begun", to_string(begun)},
                             {"ended", to_string(clock.now())},
                             {"books", std::move(books)}}};
    write_private(to / facts_name, platform::json::serialise(facts));
    unfinished.finish();
    return {};
}

Result<fs::path> keys_of(const Restoration& wanted)
{
    std::vector<fs::path> places{wanted.keys};
    if (wanted.keys.empty()) {
        places = {wanted.from / "keys"};
        if (!wanted.live.empty()) places.push_back(wanted.live / "keys");
    }
    for (const auto& place : places) {
        if (fs::exists(place)) return place;
    }
    return base::invalid("restore.no_keys",
                         "the master keys are not in the backup; name their file with --keys");
}

Result<void> restore_all(const Restoration& wanted, const Value& facts, const fs::path& keys,
                         const Progress& progress)
{
    fs::create_directories(wanted.to);
    fs::permissions(wanted.to, fs::perms::owner_all);
    Unfinished unfinished{wanted.to};
    for (const Value& book : *facts["books"].array()) {
        const std::string name{book["name"].text_or()};
        const std::string file = name + ".db";
        fs::copy_file(wanted.from / file, wanted.to / file);
        std::string line = "book " + name;
        if (!wanted.live.empty()) {
            const auto restored =
                TRY(sql::restore_book(wanted.to / file, wanted.live / "archive" / name,
                                      static_cast<std::uint64_t>(book["first_log"].integer_or(0)),
                                      wanted.live / (file + "-wal"), wanted.until));
            line += ", " + std::to_string(restored.commits) + " commits of the archive";
            if (restored.newest) line += ", to " + to_string(*restored.newest);
        }
        progress(line);
    }
    // Evidence and heads are only ever added to: the newest folder has all.
    const fs::path newest = wanted.live.empty() ? wanted.from : wanted.live;
    for (const char* name : {"evidence", "partner-keys"}) {
        copy_if_there((fs::exists(newest / name) ? newest : wanted.from) / name, wanted.to / name);
        progress(name);
    }
    // A head that was signed after the moment would say that records are missing.
    copy_if_there(wanted.from / "audit-heads", wanted.to / "audit-heads");
    fs::copy_file(keys, wanted.to / "keys");
    fs::permissions(wanted.to / "keys", fs::perms::owner_read | fs::perms::owner_write);
    unfinished.finish();
    return {};
}

}  // namespace

Result<void> back_up(const fs::path& data, const fs::path& to, bool with_keys,
                     const base::Clock& clock, const Progress& progress)
{
    if (fs::exists(data / "database")) {
        return base::invalid("backup.other_database",
                             "the books of " + data.string() +
                                 " lie in PostgreSQL, whose own means copy them: audit-heads of "
                                 "the data folder, then pg_dump --format=custom --file=" +
                                 (to / "books.dump").string() +
                                 " URL, then evidence, partner-keys and database of the folder "
                                 "(docs/operating.md, PostgreSQL, Copies)");
    }
    if (!fs::exists(data / "house.db")) {
        return base::invalid("backup.no_data_folder",
                             data.string() + " is no data folder of a bank");
    }
    if (fs::exists(to)) {
        return base::conflict("backup.target_exists", to.string() + " is there already");
    }
    try {
        return copy_all(data, to, with_keys, clock, progress);
    } catch (const std::exception& failure) {
        return base::unavailable("backup.failed", failure.what());
    }
}

Result<void> restore(const Restoration& wanted, const Progress& progress)
{
    const Value facts = TRY(read_facts(wanted.from));
    if (fs::exists(wanted.to)) {
        return base::conflict("restore.target_exists", wanted.to.string() + " is there already");
    }
    if (wanted.until && wanted.live.empty()) {
        return base::invalid("restore.no_archive",
                             "a moment after the backup needs the archive of the data folder; name "
                             "that folder with --live");
    }
    const auto ended = TRY(base::parse_instant(facts["ended"].text_or()));
    if (wanted.until && *wanted.until < ended) {
        return base::invalid("restore.too_early",
                             "the backup was complete at " + to_string(ended) +
                                 "; an earlier moment needs an earlier backup");
    }
    const fs::path keys = TRY(keys_of(wanted));
    try {
        return restore_all(wanted, facts, keys, progress);
    } catch (const std::exception& failure) {
        return base::unavailable("restore.failed", failure.what());
    }
}

}  // namespace server
