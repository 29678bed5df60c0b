// SPDX-License-Identifier: Apache-2.0
#include <server/words.h>

#include <server/house.h>

#include <bank/account/accounts.h>
#include <bank/audit/trail.h>
#include <bank/authentication/login.h>
#include <bank/customer/person.h>
#include <bank/customer/rotation.h>

#include <cstdio>
#include <memory>

namespace server {

namespace {

namespace sql = platform::sql;
using base::Result;

constexpr int at_once = 500;

struct Options {
    std::string what;
    std::string data = "data";
    std::string bank;
    std::string database;
    std::string institution;
    std::string customer;
    std::string reason;
};

int refuse(const base::Error& error)
{
    std::fprintf(stderr, "yungui: %s\n", error.detail.c_str());
    return 1;
}

Result<std::unique_ptr<House>> open_house(const Options& options,
                                          const std::filesystem::path& source_root)
{
    if (!is_data_folder(options.data)) {
        return base::invalid("server.not_a_data_folder",
                             options.data + " is no data folder of a bank");
    }
    return House::open({.source_root = source_root,
                        .bank_folder = options.bank.empty() ? source_root / "banks/demo"
                                                            : std::filesystem::path{options.bank},
                        .data_folder = std::filesystem::absolute(options.data),
                        .database = options.database,
                        .database_wait = std::chrono::seconds{6}});
}

std::unique_ptr<sql::Book> open_book(const House& house, const bank::catalog::Institution& facts)
{
    return house.open_book(facts.code, facts.book);
}

void record(sql::Transaction& transaction, std::string_view action, bank::audit::Object object,
            std::string_view reason, platform::json::Object details)
{
    bank::audit::append(transaction, {.actor = {bank::audit::ActorKind::system, 0},
                                      .action = action,
                                      .object = object,
                                      .reason = reason,
                                      .details = std::move(details)});
}

Result<int> rewrap_customers(sql::Book& book, const bank::customer::Vault& vault)
{
    int rewrapped = 0;
    for (bank::customer::RotationStep step; !step.finished;) {
        step = TRY(book.write([&](sql::Transaction& transaction) {
            return bank::customer::rotate_keys(transaction, vault, step.last, at_once);
        }));
        rewrapped += step.rewrapped;
    }
    return rewrapped;
}

Result<void> rewrap_logins(House& house)
{
    bank::authentication::LoginId last;
    do {
        last = TRY(house.book->write([&](sql::Transaction& transaction) {
            return bank::authentication::rotate_login_keys(transaction, *house.authentication, last,
                                                           at_once);
        }));
    } while (last);
    return {};
}

/// Safe to stop anywhere: what was not wrapped anew still opens, and the next run goes on.
Result<void> rewrap_all(House& house)
{
    for (const auto& facts : house.bank().institutions) {
        const auto book = open_book(house, facts);
        const bank::customer::Vault vault{*house.keyring, house.random, facts.code};
        const int rewrapped = TRY(rewrap_customers(*book, vault));
        std::printf("  %s: %d customers\n", facts.code.c_str(), rewrapped);
        std::fflush(stdout);
    }
    TRY(rewrap_logins(house));
    std::printf("  sign-ins\n");
    return house.book->write([&](sql::Transaction& transaction) -> Result<void> {
        record(transaction, "keys.rotate", {"key", house.keyring->current_id()}, {}, {});
        return {};
    });
}

int keys(const Options& options, const std::filesystem::path& source_root)
{
    const bool rotate = options.what == "rotate";
    if (!rotate && options.what != "list" && options.what != "finish") {
        std::fprintf(stderr, "yungui: keys knows list, rotate and finish, not “%s”\n",
                     options.what.c_str());
        return 2;
    }
    auto house = open_house(options, source_root);
    if (!house) return refuse(house.error());
    auto& keyring = *house.value()->keyring;
    if (options.what == "list") {
        for (const auto id : keyring.ids()) {
            std::printf("%u%s\n", id, id == keyring.current_id() ? "  current" : "");
        }
        return 0;
    }
    if (rotate) {
        keyring.rotate(house.value()->random, house.value()->clock.now());
        if (const auto noted = house.value()->mark_its_keys(); !noted) {
            return refuse(noted.error());
        }
    }
    std::printf(
        "Key %u is current. What is looked up and what wraps personal data is sealed with "
        "it now:\n",
        keyring.current_id());
    if (const auto done = rewrap_all(*house.value()); !done) return refuse(done.error());
    std::printf(
        "Done. Earlier keys stay for evidence and messages that they sealed. Make a copy of "
        "%s/keys.\n",
        options.data.c_str());
    return 0;
}

Result<void> erase_person(sql::Transaction& transaction, bank::account::Accounts& accounts,
                          bank::customer::CustomerId customer, const std::string& reason)
{
    for (const auto& account : accounts.of_holder(transaction, customer)) {
        if (account.state != bank::account::State::closed) {
            return base::rejected("erase.account_open",
                                  "the customer still has an account; close it first");
        }
    }
    TRY(bank::customer::erase(transaction, customer));
    record(transaction, "customer.erase", {"customer", customer.value}, reason, {});
    return {};
}

Result<void> erase_in(House& house, const bank::catalog::Institution& facts,
                      bank::customer::CustomerId customer, const std::string& reason)
{
    const auto book = open_book(house, facts);
    bank::ledger::Ledger ledger{*book};
    bank::account::Accounts accounts{ledger, bank::account::Institution{facts.account_prefix}};
    TRY(book->write([&](sql::Transaction& transaction) {
        return erase_person(transaction, accounts, customer, reason);
    }));
    return house.book->write([&](sql::Transaction& transaction) -> Result<void> {
        const auto login =
            bank::authentication::find_customer_login(transaction, facts.book, customer.value);
        if (!login) return {};
        return bank::authentication::close_login(transaction, login->id);
    });
}

int erase(const Options& options, const std::filesystem::path& source_root)
{
    const auto customer = base::parse_id<bank::customer::CustomerId>(options.customer);
    if (!customer) return refuse(customer.error());
    if (options.reason.size() < 4) {
        std::fprintf(stderr, "yungui: --reason says who asked and why; it is kept in the trail\n");
        return 2;
    }
    auto house = open_house(options, source_root);
    if (!house) return refuse(house.error());
    for (const auto& facts : house.value()->bank().institutions) {
        if (facts.code != options.institution) continue;
        const auto done = erase_in(*house.value(), facts, customer.value(), options.reason);
        if (!done) return refuse(done.error());
        std::printf("The customer's personal data cannot be read again.\n");
        return 0;
    }
    std::fprintf(stderr, "yungui: the bank has no institution “%s”\n", options.institution.c_str());
    return 2;
}

}  // namespace

void add_secret_words(platform::command_line::Program& program,
                      const std::filesystem::path& source_root)
{
    auto options = std::make_shared<Options>();
    const auto declare_folders = [options](platform::command_line::Options& declare) {
        declare.text("--data", "The data folder (data)", options->data);
        declare.text("--bank", "The bank's folder (banks/demo)", options->bank);
        declare.text("--database", database_help, options->database);
    };
    program.word(
        "keys", "keys list, rotate (a new master key), finish (a rotation that was stopped)",
        [&](platform::command_line::Options& declare) {
            declare.place("what", "list, rotate or finish", options->what, true);
            declare_folders(declare);
        },
        [options, source_root] { return keys(*options, source_root); });
    program.word(
        "erase", "Destroy a customer's personal data for good",
        [&](platform::command_line::Options& declare) {
            declare.place("institution", "The institution's code", options->institution, true);
            declare.place("customer", "The customer's id", options->customer, true);
            declare.text("--reason", "Who asked for it, and why", options->reason);
            declare_folders(declare);
        },
        [options, source_root] { return erase(*options, source_root); });
}

}  // namespace server
