// SPDX-License-Identifier: Apache-2.0
#include <server/demo.h>

#include <server/products.h>

#include <bank/authentication/login.h>
#include <bank/authentication/password.h>
#include <bank/card/cards.h>
#include <bank/customer/person.h>
#include <bank/letter/letters.h>
#include <platform/crypto/encoding.h>
#include <platform/crypto/otp.h>
#include <platform/crypto/password.h>

#include <array>

namespace server {

namespace account = bank::account;
namespace authentication = bank::authentication;
namespace customer = bank::customer;
namespace ledger = bank::ledger;
namespace sql = platform::sql;
using base::Result;

namespace {

/// All demo people share one password; hashing it once keeps the first start short.
struct DemoHashes {
    std::string customer;
    std::string staff;
};

Result<void> seed_staff(House& house, const bank::catalog::StaffMember& member,
                        const std::string& hash)
{
    const auto staff = TRY(house.organisation->by_login(member.login));
    return house.book->write([&](sql::Transaction& transaction) -> Result<void> {
        if (authentication::find_staff_login(transaction, member.login)) return {};
        const int book =
            member.institution.empty() ? 0 : house.bank().institution(member.institution)->book;
        const auto login = TRY(
            authentication::create_staff_login(transaction, *house.authentication, book,
                                               staff.id.value, member.login, transaction.now()));
        TRY(authentication::set_password(transaction, login, hash));
        const auto secret = TRY(platform::crypto::from_base32(member.totp_secret));
        return authentication::enrol_totp(transaction, *house.authentication, login, secret);
    });
}

/// The opening balance, out of the bank's own cash.
Result<void> fund(sql::Transaction& transaction, Institution& institution,
                  ledger::AccountId account, base::Money amount, const std::string& whose)
{
    if (amount.minor_units == 0) return {};
    auto& books = institution.accounts().ledger();
    const auto cash = TRY(books.own_account(transaction, "cash/opening", amount.currency));
    const std::array legs{ledger::Leg{cash, ledger::Side::debit, amount},
                          ledger::Leg{account, ledger::Side::credit, amount}};
    const std::string key = "opening/" + whose;
    TRY(books.post(transaction,
                   {.client = ledger::client_id({"demo", key}),
                    .content = ledger::content_of({key, base::to_decimal(amount)}),
                    .kind = "opening",
                    .effective = institution.accounts().business_date(transaction.now()),
                    .legs = legs}));
    return {};
}

Result<void> seed_account(sql::Transaction& transaction, Institution& institution,
                          const bank::catalog::DemoCustomer& person,
                          const account::Product& product)
{
    const auto id = TRY(customer::create(
        transaction, institution.vault(),
        customer::Fields{
            {"name", person.name},
            {"id_number", person.id_number},
            {"phone", person.phone},
            {"address", person.address},
            {"occupation", person.occupation},
            {"birth_date", person.id_number.substr(6, 4) + "-" + person.id_number.substr(10, 2) +
                               "-" + person.id_number.substr(12, 2)}},
        customer::Knowledge::face_to_face));
    TRY(customer::set_language(transaction, id, person.language));
    const auto opened = TRY(institution.accounts().open(transaction, product,
                                                        {.key = "demo/" + person.phone,
                                                         .holder = id,
                                                         .branch = person.unit,
                                                         .face_to_face = true}));
    if (opened.account_class != account::Class::three) {
        TRY(bank::card::issue(transaction, institution.accounts(), card_prefix(institution.facts()),
                              opened.id));
    }
    return fund(transaction, institution, opened.id, person.opening_balance, person.phone);
}

/// An employer with the account that payrolls are paid from.
Result<void> seed_employer(sql::Transaction& transaction, Institution& institution,
                           const bank::catalog::DemoEmployer& employer,
                           const account::Product& product)
{
    const auto id = TRY(customer::create(
        transaction, institution.vault(),
        customer::Fields{{"name", employer.name}, {"id_number", employer.credit_code}},
        customer::Knowledge::face_to_face));
    const auto opened = TRY(institution.accounts().open(transaction, product,
                                                        {.key = "demo/" + employer.credit_code,
                                                         .holder = id,
                                                         .branch = employer.unit,
                                                         .face_to_face = true}));
    TRY(institution.batches().agree(transaction, opened.id));
    for (const auto& phone : employer.agents) {
        for (const auto agent : customer::find_by_phone(transaction, institution.vault(), phone))
            bank::letter::authorise(transaction, id, agent);
    }
    return fund(transaction, institution, opened.id, employer.opening_balance,
                employer.credit_code);
}

Result<void> seed_employers(House& house, Institution& institution)
{
    for (const auto& employer : house.bank().employers) {
        if (employer.institution != institution.facts().code) continue;
        const auto known = institution.book().read([&](sql::Snapshot& snapshot) {
            return customer::find_by_id_number(snapshot, institution.vault(), employer.credit_code);
        });
        if (known) continue;
        const auto& product = house.bank().products.find(employer.product)->second;
        TRY(institution.book().write([&](sql::Transaction& transaction) {
            return seed_employer(transaction, institution, employer, account_product(product));
        }));
    }
    return {};
}

Result<void> seed_customer(House& house, Institution& institution,
                           const bank::catalog::DemoCustomer& person, const std::string& hash)
{
    const auto& product = house.bank().products.find(person.product)->second;
    const auto find = [&](sql::Snapshot& snapshot) {
        return customer::find_by_id_number(snapshot, institution.vault(), person.id_number);
    };
    if (!institution.book().read(find)) {
        TRY(institution.book().write([&](sql::Transaction& transaction) {
            return seed_account(transaction, institution, person, account_product(product));
        }));
    }
    const auto id = institution.book().read(find);
    return house.book->write([&](sql::Transaction& transaction) -> Result<void> {
        const int book = institution.facts().book;
        if (authentication::find_customer_login(transaction, book, id->value)) return {};
        const auto login = TRY(authentication::create_customer_login(
            transaction, *house.authentication, book, id->value, person.phone, transaction.now()));
        return authentication::set_password(transaction, login, hash);
    });
}

bool is_seeded(House& house)
{
    const auto& staff = house.bank().staff;
    return house.book->read([&](sql::Snapshot& snapshot) {
        return !staff.empty() &&
               authentication::find_staff_login(snapshot, staff.back().login).has_value();
    });
}

}  // namespace

Result<void> seed_demo(House& house, std::vector<std::unique_ptr<Institution>>& institutions)
{
    if (!house.bank().facts.demo || is_seeded(house)) return {};
    const DemoHashes hashes{platform::crypto::hash_password(house.bank().customer_demo_password),
                            platform::crypto::hash_password(house.bank().staff_demo_password)};
    for (const auto& person : house.bank().customers) {
        for (auto& institution : institutions) {
            if (institution->facts().code == person.institution) {
                TRY(seed_customer(house, *institution, person, hashes.customer));
            }
        }
    }
    for (auto& institution : institutions) TRY(seed_employers(house, *institution));
    for (const auto& member : house.bank().staff) TRY(seed_staff(house, member, hashes.staff));
    return {};
}

}  // namespace server
