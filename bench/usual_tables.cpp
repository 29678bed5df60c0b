// SPDX-License-Identifier: Apache-2.0
#include <bench/usual_tables.h>

#include <platform/crypto/hash.h>
#include <platform/json/value.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <string>

namespace bench {

namespace sql = platform::sql;
using base::Result;

namespace {

const std::string usual_event(160, 'e');  // As long as a payment's event.

/// As strict as the ledger's beside it, and as far from being met.
struct Limit {
    std::int64_t micros;
    std::int64_t payments;
    std::int64_t minor_units;
};
constexpr std::array limits{Limit{60'000'000, 30, 10'000'000'00},
                            Limit{3'600'000'000, 300, 100'000'000'00}};

struct Tag;
using RowId = base::Id<Tag>;

void must_be_done(const Result<void>& done)
{
    if (!done) throw std::runtime_error(std::string{done.error().reason});
}

}  // namespace

UsualTables::UsualTables(const std::filesystem::path& folder, std::int64_t accounts,
                         std::size_t group, Parts parts)
    : parts_(parts),
      book_(sql::open_sqlite_book(folder / (parts == Parts::product ? "usual.db" : "bare.db"),
                                  clock_, {.number = 1, .max_group = group})),
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
)sql"},
                                                {"usual", 2, R"sql(
create index transfer_payer on transfer(from_account, at);
create table decision(id integer primary key, at bigint not null, from_account bigint not null,
  to_account bigint not null, amount bigint not null, verdict smallint not null,
  version text not null, reasons text not null);
create table audit(sequence integer primary key, at bigint not null, actor bigint not null,
  action text not null, object bigint not null, details text not null, hash blob not null);
create index audit_object on audit(object, sequence);
)sql"}};
    must_be_done(book_->migrate(std::span{schema}.first(parts == Parts::product ? 2 : 1)));
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
        [this, from, to,
         client = std::to_string(random_())](sql::Transaction& transaction) -> Result<void> {
            if (transaction.query("select id from transfer where client = ?", client).next()) {
                return {};
            }
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
            if (parts_ == Parts::product) return write_parts(transaction, from, to, id.value);
            transaction.execute("insert into event values (?, ?, ?)", transaction.new_id<RowId>(),
                                id, usual_event);
            return {};
        },
        [done = std::move(done)](const Result<void>& result) { done(result.has_value()); });
}

/// Judgement, record of the audit trail and two events, a row each; with the words of
/// LedgerStore::write_parts.
Result<void> UsualTables::write_parts(sql::Transaction& transaction, std::int64_t from,
                                      std::int64_t to, std::uint64_t transfer)
{
    using platform::json::Object;
    const base::Instant now = transaction.now();
    for (const Limit& limit : limits) {
        auto row = transaction.query(
            "select count(*), sum(amount) from transfer where from_account = ? and at >= ?", from,
            now.micros - limit.micros);
        row.next();
        if (row.integer(0) > limit.payments || row.integer(1) > limit.minor_units) {
            return base::rejected("bench.too_many", "");
        }
    }
    transaction.execute("insert into decision values (?, ?, ?, ?, 1, 0, 'bench/none', '')",
                        transaction.new_id<RowId>(), now, from, to);

    const auto words_of = [](std::int64_t account) {
        return base::to_string(RowId{static_cast<std::uint64_t>(account)});
    };
    const std::string subject = base::to_string(RowId{transfer});
    const std::string details = platform::json::canonical(Object{
        {"from", words_of(from)}, {"to", words_of(to)}, {"amount", "0.01"}, {"proof", "password"}});
    platform::crypto::Sha256 hash;
    hash.update(chain_);
    hash.update(platform::crypto::as_bytes(details));
    chain_ = hash.digest();
    transaction.execute("insert into audit values (?, ?, ?, 'payment.transfer', ?, ?, ?)",
                        ++sequence_, now, from, static_cast<std::int64_t>(transfer), details,
                        std::as_bytes(std::span{chain_}));
    for (const auto& [account, other] : {std::pair{from, to}, std::pair{to, from}}) {
        transaction.execute("insert into event values (?, ?, ?)", transaction.new_id<RowId>(),
                            static_cast<std::int64_t>(transfer),
                            platform::json::serialise(Object{{"account", words_of(account)},
                                                             {"other", words_of(other)},
                                                             {"amount", "0.01"},
                                                             {"currency", "CNY"},
                                                             {"entry", subject}}));
    }
    return {};
}

}  // namespace bench
