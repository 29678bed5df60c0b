// SPDX-License-Identifier: Apache-2.0
#include <bench/usual_tables.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace bench {

namespace sql = platform::sql;
using base::Result;

namespace {

const std::string usual_event(160, 'e');  // As long as a payment's event.

void must_be_done(const Result<void>& done)
{
    if (!done) throw std::runtime_error(std::string{done.error().reason});
}

}  // namespace

UsualTables::UsualTables(const std::filesystem::path& folder, std::int64_t accounts,
                         std::size_t group)
    : book_(sql::open_sqlite_book(folder / "usual.db", clock_, {.number = 1, .max_group = group})),
      accounts_(accounts)
{
    static constexpr sql::Migration schema[] = {{"usual", 1, R"sql(
create table account(id integer primary key, balance bigint not null, version bigint not null);
create table transfer(id integer primary key, client text not null unique, from_account bigint not null,
  to_account bigint not null, amount bigint not null, at bigint not null);
create table posting(id integer primary key, transfer bigint not null, account bigint not null,
  amount bigint not null, balance bigint not null);
create index posting_account on posting(account, id);
create table event(id integer primary key, transfer bigint not null, data text not null);
)sql"}};
    must_be_done(book_->migrate(schema));
    for (std::int64_t made = 0; made < accounts; made += 50'000) {
        must_be_done(book_->write([&](sql::Transaction& transaction) -> Result<void> {
            for (std::int64_t i = made; i < std::min(accounts, made + 50'000); ++i) {
                transaction.execute("insert into account values (?, 100000000, 0)", i);
            }
            return {};
        }));
    }
}

UsualTables::~UsualTables() = default;

void UsualTables::transfer(std::function<void(bool)> done)
{
    const auto any = [&] {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(accounts_));
    };
    const std::int64_t from = any();
    const std::int64_t to = (from + 1 + any() % (accounts_ - 1)) % accounts_;
    book_->submit(
        [from, to,
         client = std::to_string(random_())](sql::Transaction& transaction) -> Result<void> {
            if (transaction.query("select id from transfer where client = ?", client).next()) {
                return {};
            }
            struct Tag;
            using RowId = base::Id<Tag>;
            const auto id = transaction.new_id<RowId>();
            transaction.execute("insert into transfer values (?, ?, ?, ?, 1, ?)", id, client, from,
                                to, transaction.now());
            for (const auto& [account, change] : {std::pair{from, -1}, std::pair{to, 1}}) {
                std::int64_t balance = 0;
                {
                    auto row =
                        transaction.query("select balance from account where id = ?", account);
                    row.next();
                    balance = row.integer(0) + change;
                }
                if (balance < 0) return base::rejected("bench.no_funds", "");
                transaction.execute(
                    "update account set balance = ?, version = version + 1 where id = ?", balance,
                    account);
                transaction.execute("insert into posting values (?, ?, ?, ?, ?)",
                                    transaction.new_id<RowId>(), id, account, change, balance);
            }
            transaction.execute("insert into event values (?, ?, ?)", transaction.new_id<RowId>(),
                                id, usual_event);
            return {};
        },
        [done = std::move(done)](const Result<void>& result) { done(result.has_value()); });
}

}  // namespace bench
