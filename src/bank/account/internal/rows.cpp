// SPDX-License-Identifier: Apache-2.0
#include <bank/account/internal/rows.h>

#include <base/text.h>

namespace bank::account::internal {

ledger::Terms terms_of(const Product& product, bool face_to_face)
{
    ledger::Terms terms{.flags = ledger::Flag::debits_must_not_exceed_credits,
                        .balance_limit = product.balance_limit};
    for (const Limit& limit : product.limits) {
        const bool day = limit.period == Period::day;
        auto& most = limit.direction == Direction::out
                         ? (day ? terms.debits_day_limit : terms.debits_year_limit)
                         : (day ? terms.credits_day_limit : terms.credits_year_limit);
        const bool held_back = limit.requires_face_to_face && !face_to_face;
        const std::int64_t amount = held_back ? 0 : limit.minor_units;
        most = most ? std::min(*most, amount) : amount;
    }
    return terms;
}

void insert(platform::sql::Transaction& transaction, const Account& account)
{
    const auto& bound = account.bound;
    const auto sealed =
        bound ? std::as_bytes(std::span{bound->sealed_number}) : platform::sql::Bytes{};
    transaction.execute(
        "insert into account(id, number, class, state, holder, product, branch, unit,"
        " minor_digits, opened_at, face_to_face, is_default, bound_bank, bound_masked,"
        " bound_sealed) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        account.id, std::int64_t{std::stoll(account.number)},
        static_cast<int>(account.account_class), static_cast<int>(account.state), account.holder,
        account.product, account.branch, account.unit.code, account.unit.minor_digits,
        account.opened_at, account.face_to_face, account.is_default,
        bound ? std::optional{bound->bank} : std::nullopt,
        bound ? std::optional{bound->masked_number} : std::nullopt,
        bound ? platform::sql::Parameter{sealed} : platform::sql::Parameter{std::nullopt});
}

std::vector<Account> select_with(platform::sql::Snapshot& snapshot, std::string_view condition,
                                 std::span<const platform::sql::Parameter> parameters)
{
    auto row = snapshot.query_with(
        "select id, number, class, state, holder, product, branch, unit, minor_digits, opened_at,"
        " closed_at, face_to_face, is_default, bound_bank, bound_masked, bound_sealed"
        " from account where " +
            std::string{condition} + " order by id",
        parameters);
    std::vector<Account> accounts;
    while (row.next()) {
        Account& account = accounts.emplace_back();
        account.id = row.id<AccountId>(0);
        account.number = std::to_string(row.integer(1));
        account.account_class = static_cast<Class>(row.integer(2));
        account.state = static_cast<State>(row.integer(3));
        account.holder = row.id<CustomerId>(4);
        account.product = row.string(5);
        account.branch = row.string(6);
        account.unit = {base::intern(row.text(7)), static_cast<int>(row.integer(8))};
        account.opened_at = row.instant(9);
        if (!row.is_null(10)) account.closed_at = row.instant(10);
        account.face_to_face = row.boolean(11);
        account.is_default = row.boolean(12);
        if (!row.is_null(13)) {
            const auto sealed = row.blob(15);
            account.bound = {row.string(13),
                             row.string(14),
                             {reinterpret_cast<const char*>(sealed.data()), sealed.size()}};
        }
    }
    return accounts;
}

}  // namespace bank::account::internal
