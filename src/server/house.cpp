// SPDX-License-Identifier: Apache-2.0
#include <server/house.h>

#include <bank/audit/trail.h>
#include <bank/authentication/schema.h>
#include <bank/counter/scenario.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace server {

namespace {

base::Result<void> migrate_house(platform::sql::Book& book)
{
    TRY(book.migrate(bank::audit::migrations()));
    TRY(book.migrate(bank::authentication::house_migrations()));
    TRY(book.migrate(bank::catalog::migrations()));
    return book.migrate(bank::organisation::migrations());
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

platform::sql::BookOptions House::book_options(int number) const
{
    return {.number = number, .archive = settings.data_folder / "archive"};
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
    auto house = std::unique_ptr<House>{new House{settings, std::move(lock)}};

    house->keyring = TRY(platform::crypto::Keyring::open_or_create(
        settings.data_folder / "keys", house->random, house->clock.now()));
    house->book = platform::sql::open_sqlite_book(house->book_file("house"), house->clock,
                                                  house->book_options(0));
    TRY(migrate_house(*house->book));

    bank::catalog::Findings findings;
    house->catalog = bank::catalog::Catalog::open(settings.bank_folder, *house->book,
                                                  bank::counter::run_scenarios, findings);
    if (house->catalog == nullptr) return base::invalid("server.bank_folder", lines_of(findings));

    house->bill_items = std::make_unique<bank::bill::Items>(house->bank().bills);
    std::vector<std::string> names;
    for (const auto& partner : house->bank().partners) names.push_back(partner.key);
    house->partner_keys = TRY(platform::signing::SharedKeys::open_or_create(
        settings.data_folder / "partner-keys", names, house->random));

    house->authentication.emplace(bank::authentication::Environment{
        *house->keyring, house->random, {}, relying_party_of(settings, house->bank().facts)});
    house->organisation =
        std::make_unique<bank::organisation::Organisation>(*house->book, house->bank());
    TRY(house->organisation->load());
    return house;
}

}  // namespace server
