// SPDX-License-Identifier: Apache-2.0
#include <bench/transfer_bank.h>

#include <bank/authentication/login.h>
#include <bank/customer/person.h>

#include <array>
#include <cstdio>
#include <fstream>

namespace bench {

namespace authentication = bank::authentication;
namespace customer = bank::customer;
namespace ledger = bank::ledger;
namespace sql = platform::sql;
using base::Result;

namespace {

constexpr std::int64_t people_a_unit = 1'000;
constexpr std::size_t accounts_an_entry =
    4;  // So that the first movement is no longer than others.
constexpr base::Money balance{10'000'00, {"CNY", 2}};
constexpr std::array surnames{"样", "例", "试", "测", "演", "拟", "仿", "范"};
constexpr std::array letters{"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};

std::string digits(std::int64_t number, int width)
{
    std::string text = std::to_string(number);
    text.insert(0, static_cast<std::size_t>(width) - text.size(), '0');
    return text;
}

/// Names that nobody bears: a surname of "sample" words and three of the ten stems.
std::string name_of(std::int64_t number)
{
    const auto at = static_cast<std::size_t>(number);
    return std::string{surnames[at / 1000 % surnames.size()]} + letters[at / 100 % 10] +
           letters[at / 10 % 10] + letters[at % 10];
}

std::string phone_of(std::int64_t number)
{
    return "165" + digits(number, 8);
}

class Seeding {
public:
    explicit Seeding(TransferBank& bank)
        : bank_(bank), institution_(bank.institution()), product_(bank.product())
    {
    }

    void people(std::int64_t from, std::int64_t to, std::ofstream& list)
    {
        std::vector<Payer> made;
        must(institution_.book().write([&](sql::Transaction& transaction) -> Result<void> {
            made.clear();
            for (std::int64_t i = from; i < to; ++i) made.push_back(TRY(person(transaction, i)));
            return fund(transaction, made);
        }));
        auto& house = bank_.house();
        must(house.book->write([&](sql::Transaction& transaction) -> Result<void> {
            for (std::size_t i = 0; i < made.size(); ++i) {
                made[i].login = TRY(authentication::create_customer_login(
                    transaction, *house.authentication, institution_.facts().book,
                    made[i].customer.value, phone_of(from + static_cast<std::int64_t>(i)),
                    transaction.now()));
            }
            return {};
        }));
        for (const auto& payer : made) {
            list << payer.customer.value << '\t' << payer.login.value << '\t' << payer.account.value
                 << '\t' << payer.number << '\t' << payer.name << '\n';
        }
    }

    void others(std::int64_t count)
    {
        const auto first = institution_.book().next_id();
        institution_.accounts().fill(institution_.book(), product_, count,
                                     customer::CustomerId{first}, balance);
    }

private:
    Result<Payer> person(sql::Transaction& transaction, std::int64_t number)
    {
        const std::string phone = phone_of(number);
        const std::string name = name_of(number);
        const auto id = TRY(customer::create(
            transaction, institution_.vault(),
            {{"name", name}, {"id_number", "000000" + digits(number, 12)}, {"phone", phone}},
            customer::Knowledge::face_to_face));
        const auto opened = TRY(institution_.accounts().open(transaction, product_,
                                                             {.key = "bench/" + phone,
                                                              .holder = id,
                                                              .branch = "measurement",
                                                              .face_to_face = true}));
        return Payer{id, {}, opened.id, opened.number, name};
    }

    Result<void> fund(sql::Transaction& transaction, const std::vector<Payer>& payers)
    {
        auto& books = institution_.accounts().ledger();
        const auto cash = TRY(books.own_account(transaction, "measurement", product_.unit));
        for (std::size_t at = 0; at < payers.size();) {
            const std::string key = payers[at].number;
            std::vector<ledger::Leg> legs;
            while (at < payers.size() && legs.size() < accounts_an_entry) {
                legs.push_back({payers[at++].account, ledger::Side::credit, balance});
            }
            const auto total = balance.minor_units * static_cast<std::int64_t>(legs.size());
            legs.push_back({cash, ledger::Side::debit, {total, product_.unit}});
            const auto posted = books.post(
                transaction, {.client = ledger::client_id({"bench", key}),
                              .kind = "opening",
                              .effective = institution_.accounts().business_date(transaction.now()),
                              .legs = legs});
            if (!posted) return posted.error();
        }
        return {};
    }

    TransferBank& bank_;
    server::Institution& institution_;
    const bank::account::Product product_;
};

}  // namespace

int seed_transfers(const std::filesystem::path& source_root, const std::filesystem::path& data,
                   std::int64_t people, std::int64_t accounts)
{
    TransferBank bank{source_root, data};
    Seeding seeding{bank};
    std::ofstream list{data / "people.tsv"};
    for (std::int64_t made = 0; made < people; made += people_a_unit) {
        seeding.people(made, std::min(people, made + people_a_unit), list);
        if (made % 10'000 == 0)
            std::fprintf(stderr, "\r  customers %lld of %lld", static_cast<long long>(made),
                         static_cast<long long>(people));
    }
    std::fprintf(stderr, "\r  customers %lld, and accounts up to %lld …\n",
                 static_cast<long long>(people), static_cast<long long>(accounts));
    if (accounts > people) seeding.others(accounts - people);
    return 0;
}

}  // namespace bench
