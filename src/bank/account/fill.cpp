// SPDX-License-Identifier: Apache-2.0
#include <bank/account/accounts.h>

#include <bank/account/internal/rows.h>

#include <algorithm>

namespace bank::account {

using platform::sql::Transaction;

namespace {

constexpr std::int64_t accounts_a_unit = 5'000;

}  // namespace

std::vector<AccountId> Accounts::fill(platform::sql::Book& book, const Product& product,
                                      std::int64_t count, CustomerId first_holder,
                                      base::Money balance)
{
    std::vector<AccountId> ids;
    ids.reserve(static_cast<std::size_t>(count));
    const auto open_one = [&](Transaction& transaction, std::uint64_t number) {
        Account account{};
        account.id = transaction.new_id<AccountId>();
        account.number = next_number(transaction);
        account.account_class = product.account_class;
        account.holder = CustomerId{first_holder.value + number};
        account.product = product.code;
        account.branch = "measurement";
        account.unit = product.unit;
        account.opened_at = transaction.now();
        account.face_to_face = true;
        account.is_default = true;
        base::ensure(ledger_
                         .open_account(transaction, {account.id, product.unit,
                                                     internal::terms_of(product, true)})
                         .has_value());
        internal::insert(transaction, account);
        ids.push_back(account.id);
    };
    const auto fund = [&](Transaction& transaction, std::size_t from) {
        const auto source = ledger_.own_account(transaction, "measurement", product.unit).value();
        for (std::size_t at = from; balance.minor_units > 0 && at < ids.size();) {
            const std::size_t n = std::min(ids.size() - at, ledger::max_legs - 1);
            std::vector<ledger::Leg> legs;
            for (std::size_t i = at; i < at + n; ++i) {
                legs.push_back({ids[i], ledger::Side::credit, balance});
            }
            const auto total = balance.minor_units * static_cast<std::int64_t>(n);
            legs.push_back({source, ledger::Side::debit, {total, product.unit}});
            const auto posted = ledger_.post(
                transaction, {.client = ledger::client_id({"fill", base::to_string(ids[at])}),
                              .kind = "opening",
                              .effective = business_date(transaction.now()),
                              .legs = legs});
            base::ensure(posted.has_value());
            at += n;
        }
    };
    for (std::int64_t made = 0; made < count; made += accounts_a_unit) {
        const auto from = ids.size();
        const auto done = book.write([&](Transaction& transaction) -> base::Result<void> {
            ids.resize(from);  // A unit of work may run twice.
            for (std::int64_t i = made; i < std::min(count, made + accounts_a_unit); ++i) {
                open_one(transaction, static_cast<std::uint64_t>(i));
            }
            fund(transaction, from);
            return {};
        });
        if (!done) throw platform::sql::Failure(done.error().detail);
    }
    return ids;
}

}  // namespace bank::account
