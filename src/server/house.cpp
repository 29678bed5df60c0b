// SPDX-License-Identifier: Apache-2.0
#include <server/house.h>

#include <server/key_marks.h>

#include <bank/audit/trail.h>
#include <bank/authentication/schema.h>
#include <bank/counter/scenario.h>
#include <bank/proposal/proposals.h>
#include <platform/log/log.h>
#include <platform/sql/glance.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>
#include <stdexcept>

namespace server {

namespace {

constexpr const char* database_name = "database";  // Is there where the books are elsewhere.

base::Result<void> migrate_house(platform::sql::Book& book)
{
    TRY(book.migrate(bank::audit::migrations()));
    TRY(book.migrate(bank::authentication::house_migrations()));
    TRY(book.migrate(bank::proposal::migrations()));
    TRY(book.migrate(bank::catalog::migrations()));
    TRY(book.migrate(bank::organisation::migrations()));
    return book.migrate(key_mark_migrations());
}

bank::authentication::RelyingParty relying_party_of(const Settings& settings,
                                                    const bank::catalog::BankFacts& facts)
{
    bank::authentication::RelyingParty party;
    party.id = settings.relying_party.empty() ? facts.relying_party_id : settings.relying_party;
    party.name = base::in_language(facts.short_name, "zh");
    party.origins = settings.origins;
    if (party.origins.empty()) {
        const std::string scheme = settings.tls ? "https://" : "http://";
        const std::string port = ":" + std::to_string(settings.port);
        party.origins = {scheme + "localhost" + port};
        if (party.id != "localhost") party.origins.push_back(scheme + party.id + port);
    }
    return party;
}

std::string lines_of(const bank::catalog::Findings& findings)
{
    std::string lines;
    for (const auto& finding : findings)
        lines += (lines.empty() ? "" : "\n") + platform::config::to_string(finding);
    return lines;
}

/// What belongs to one database must not be worked on with another.
base::Result<void> hold_to_its_database(const Settings& settings)
{
    const auto& folder = settings.data_folder;
    const bool postgres = platform::sql::is_postgres_url(settings.database);
    if (postgres && std::filesystem::exists(folder / "house.db")) {
        return base::invalid(
            "server.other_database",
            "the books of " + folder.string() + " lie in the folder itself; leave --database away");
    }
    if (!postgres && std::filesystem::exists(folder / database_name)) {
        return base::invalid("server.other_database",
                             "the books of " + folder.string() +
                                 " lie in PostgreSQL; say where with --database postgresql://…");
    }
    if (postgres) std::ofstream{folder / database_name} << "postgresql" << std::endl;
    return {};
}

}  // namespace

base::Result<FolderLock> FolderLock::take(const std::filesystem::path& folder)
{
    const auto name = folder / "lock";
    const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return base::unavailable("server.data_folder", name.string() + ": " + std::strerror(errno));
    }
    FolderLock lock{file};
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        return base::conflict("server.data_folder_busy",
                              "another program works on " + folder.string() + "; end it first");
    }
    return lock;
}

FolderLock::~FolderLock()
{
    if (file_ >= 0) ::close(file_);
}

bool is_data_folder(const std::filesystem::path& folder)
{
    return std::filesystem::exists(folder / "house.db") ||
           std::filesystem::exists(folder / database_name);
}

std::string node_of(const std::filesystem::path& folder)
{
    const auto file = folder / "node";
    std::string name;
    if (std::ifstream{file} >> name && !name.empty()) return name;
    std::random_device random;
    for (int i = 0; i < 8; ++i) name += "0123456789abcdef"[random() % 16];
    if (!(std::ofstream{file} << name << std::endl)) {
        throw std::runtime_error(file.string() + " cannot be written");
    }
    return name;
}

std::unique_ptr<platform::sql::Book> House::open_book(const std::string& name, int number) const
{
    if (!platform::sql::is_postgres_url(settings.database)) {
        return platform::sql::open_sqlite_book(
            settings.data_folder / (name + ".db"), clock,
            {.number = number, .archive = settings.data_folder / "archive"});
    }
    return platform::sql::open_postgres_book({.url = settings.database,
                                              .name = name,
                                              .node = node_of(settings.data_folder),
                                              .wait = settings.database_wait,
                                              .stop_waiting = settings.stop_waiting,
                                              .on_taken_over = settings.on_taken_over},
                                             clock, {.number = number});
}

base::Result<std::unique_ptr<House>> House::open(const Settings& settings)
{
    std::error_code failed;
    std::filesystem::create_directories(settings.data_folder, failed);
    if (failed)
        return base::unavailable("server.data_folder",
                                 settings.data_folder.string() + ": " + failed.message());
    std::filesystem::permissions(settings.data_folder, std::filesystem::perms::owner_all, failed);
    auto lock = TRY(FolderLock::take(settings.data_folder));
    TRY(hold_to_its_database(settings));
    auto house = std::unique_ptr<House>{new House{settings, std::move(lock)}};

    TRY(house->check_keys_ahead());
    house->book = house->open_book("house", 0);
    TRY(migrate_house(*house->book));
    // Again: who waited for the book may find other keys in it than before.
    TRY(check_keys(house->book->read(known_key_marks), settings.data_folder, house->random,
                   house->clock.now()));
    house->keyring = TRY(platform::crypto::Keyring::open_or_create(
        settings.data_folder / "keys", house->random, house->clock.now()));

    bank::catalog::Findings findings;
    house->catalog = bank::catalog::Catalog::open(settings.bank_folder, *house->book,
                                                  bank::counter::run_scenarios, findings);
    if (house->catalog == nullptr) return base::invalid("server.bank_folder", lines_of(findings));

    house->bill_items = std::make_unique<bank::bill::Items>(house->bank().bills);
    std::vector<std::string> names;
    for (const auto& partner : house->bank().partners) names.push_back(partner.key);
    house->partner_keys = TRY(platform::signing::SharedKeys::open_or_create(
        settings.data_folder / "partner-keys", names, house->random));
    TRY(house->tell_added_keys());
    TRY(house->mark_its_keys());

    house->authentication.emplace(bank::authentication::Environment{
        *house->keyring, house->random, {}, relying_party_of(settings, house->bank().facts)});
    house->organisation =
        std::make_unique<bank::organisation::Organisation>(*house->book, house->bank());
    TRY(house->organisation->load());
    return house;
}

/// A data folder that is older than a partner of the bank's folder gets the partner's key; that is
/// recorded, since the partner has to be told.
base::Result<void> House::tell_added_keys()
{
    if (partner_keys->added().empty()) return {};
    platform::json::Array names;
    for (const auto& name : partner_keys->added()) {
        platform::log::warning("partner_key.added", {{"key", name}});
        names.emplace_back(name);
    }
    return book->write([&](platform::sql::Transaction& transaction) -> base::Result<void> {
        bank::audit::append(transaction, {.actor = {},
                                          .action = "partner.add-key",
                                          .object = {"installation", 0},
                                          .reason = {},
                                          .details = {{"keys", names}}});
        return {};
    });
}

/// A second node is told at its start, not when the first is gone and its own turn has come.
base::Result<void> House::check_keys_ahead()
{
    if (!platform::sql::is_postgres_url(settings.database)) return {};
    KeyMarks known;
    platform::sql::glance(
        {.url = settings.database, .name = "house", .node = {}}, key_mark_table,
        [&](platform::sql::Snapshot& snapshot) { known = known_key_marks(snapshot); });
    return check_keys(known, settings.data_folder, random, clock.now());
}

base::Result<void> House::mark_its_keys()
{
    std::vector<std::string> names;
    for (const auto& partner : bank().partners) names.push_back(partner.key);
    return mark_keys(*book, *keyring, *partner_keys, names);
}

}  // namespace server
