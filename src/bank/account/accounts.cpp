// SPDX-License-Identifier: Apache-2.0
#include <bank/account/accounts.h>

#include <bank/account/internal/rows.h>
#include <bank/account/number.h>

#include <base/text.h>

#include <algorithm>
#include <limits>

namespace bank::account {

using base::conflict;
using base::invalid;
using base::not_found;
using base::rejected;
using base::Result;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

base::Error unknown()
{
    return not_found("account.unknown", "there is no such account");
}

std::size_t not_closed_of_class(Snapshot& snapshot, CustomerId holder, Class account_class)
{
    return internal::select(snapshot, "holder = ? and class = ? and state <> 2", holder,
                            static_cast<int>(account_class))
        .size();
}

}  // namespace

std::string_view to_string(State state)
{
    switch (state) {
        case State::open:
            return "open";
        case State::frozen:
            return "frozen";
        case State::dormant:
            return "dormant";
        default:
            return "closed";
    }
}

Accounts::Accounts(ledger::Ledger& ledger, Institution institution)
    : ledger_(ledger), institution_(std::move(institution))
{
}

std::string Accounts::next_number(Transaction& transaction)
{
    transaction.execute(
        "insert into account_serial(one, next) values (1, 1)"
        " on conflict (one) do update set next = account_serial.next + 1");
    auto row = transaction.query("select next from account_serial where one = 1");
    row.next();
    return make_number(institution_.number_prefix, row.integer(0));
}

Result<Account> Accounts::open(Transaction& transaction, const Product& product,
                               const Opening& opening)
{
    if (opening.key.empty()) return invalid("account.key_missing", "an opening needs a key");
    std::optional<AccountId> before;
    {
        auto row =
            transaction.query("select account from account_opening where key = ?", opening.key);
        if (row.next()) before = row.id<AccountId>(0);
    }
    if (before) {
        Account opened = TRY(account(transaction, *before));
        if (opened.holder != opening.holder || opened.product != product.code) {
            return conflict("account.key_reused", "the key was used for another opening");
        }
        return opened;
    }
    if (!opening.holder) return invalid("account.holder_missing", "an account needs a holder");
    if (!opening.face_to_face && !product.remote) {
        return rejected("account.remote_not_allowed", "this account is opened at a branch");
    }
    if (product.needs_bound_account && !opening.bound && !opening.face_to_face) {
        return rejected("account.bound_account_needed",
                        "this account needs one of the same name at another bank");
    }
    if (!may_have_another(transaction, opening.holder, product)) {
        return rejected("account.too_many_of_class",
                        "the holder has as many accounts of this class as one person may have");
    }
    const auto others = of_holder(transaction, opening.holder);
    const bool first = std::none_of(others.begin(), others.end(), [](const Account& other) {
        return other.is_default && other.state != State::closed;
    });
    Account opened{.id = transaction.new_id<AccountId>(),
                   .number = next_number(transaction),
                   .account_class = product.account_class,
                   .state = State::open,
                   .holder = opening.holder,
                   .product = product.code,
                   .branch = opening.branch,
                   .unit = product.unit,
                   .opened_at = transaction.now(),
                   .closed_at = {},
                   .face_to_face = opening.face_to_face,
                   .is_default = first,
                   .bound = opening.bound};
    TRY(ledger_.open_account(
        transaction, {opened.id, product.unit, internal::terms_of(product, opening.face_to_face)}));
    internal::insert(transaction, opened);
    transaction.execute("insert into account_opening(key, account) values (?, ?)", opening.key,
                        opened.id);
    audit::append(transaction, {.actor = opening.by,
                                .action = "account.open",
                                .object = {"account", opened.id.value},
                                .reason = {},
                                .details = {{"product", product.code},
                                            {"holder", base::to_string(opening.holder)},
                                            {"branch", opening.branch},
                                            {"face_to_face", opening.face_to_face}}});
    return opened;
}

bool Accounts::may_have_another(Snapshot& snapshot, CustomerId holder, const Product& product)
{
    return not_closed_of_class(snapshot, holder, product.account_class) <
           static_cast<std::size_t>(product.per_person);
}

Result<void> Accounts::set_state(Transaction& transaction, AccountId id, State state,
                                 ledger::Flag flag)
{
    const Account before = TRY(account(transaction, id));
    if (before.state == State::closed) {
        return conflict("account.closed", "the account is closed");
    }
    auto terms = TRY(ledger_.account(transaction, id)).terms;
    terms.flags = ledger::Flag::debits_must_not_exceed_credits | flag;
    TRY(ledger_.change_terms(transaction, id, terms));
    transaction.execute("update account set state = ? where id = ?", static_cast<int>(state), id);
    return {};
}

Result<void> Accounts::freeze(Transaction& transaction, AccountId id)
{
    return set_state(transaction, id, State::frozen, ledger::Flag::debits_blocked);
}

Result<void> Accounts::unfreeze(Transaction& transaction, AccountId id)
{
    return set_state(transaction, id, State::open, ledger::Flag::none);
}

Result<void> Accounts::close(Transaction& transaction, AccountId id)
{
    if (TRY(account(transaction, id)).state == State::frozen) {
        return conflict("account.frozen", "a frozen account stays until it is released");
    }
    auto done = set_state(transaction, id, State::closed, ledger::Flag::closed);
    if (!done && done.error().reason == "ledger.account_not_empty") {
        return conflict("account.not_empty", "there is still money on the account, or reserved");
    }
    TRY(std::move(done));
    transaction.execute("update account set closed_at = ?, is_default = 0 where id = ?",
                        transaction.now(), id);
    return {};
}

Result<void> Accounts::confirm_face_to_face(Transaction& transaction, const Product& product,
                                            AccountId id)
{
    const Account before = TRY(account(transaction, id));
    if (before.state == State::closed) {
        return conflict("account.closed", "the account is closed");
    }
    auto terms = internal::terms_of(product, true);
    terms.flags = TRY(ledger_.account(transaction, id)).terms.flags;
    TRY(ledger_.change_terms(transaction, id, terms));
    transaction.execute("update account set face_to_face = 1 where id = ?", id);
    return {};
}

Result<void> Accounts::make_default(Transaction& transaction, CustomerId holder, AccountId id)
{
    const Account chosen = TRY(account(transaction, id));
    if (chosen.holder != holder) {
        return base::forbidden("account.not_the_holders", "the account is another's");
    }
    if (chosen.state != State::open) {
        return conflict("account.not_open", "the account is frozen or closed");
    }
    transaction.execute("update account set is_default = 0 where holder = ?", holder);
    transaction.execute("update account set is_default = 1 where id = ?", id);
    return {};
}

Result<Account> Accounts::account(Snapshot& snapshot, AccountId id)
{
    auto found = internal::select(snapshot, "id = ?", id);
    if (found.empty()) return unknown();
    return std::move(found.front());
}

Result<Account> Accounts::by_number(Snapshot& snapshot, std::string_view number)
{
    if (number.empty() || number.size() > 18) return unknown();
    auto found =
        internal::select(snapshot, "number = ?", std::int64_t{std::stoll(std::string{number})});
    if (found.empty()) return unknown();
    return std::move(found.front());
}

Result<Account> Accounts::default_of(Snapshot& snapshot, CustomerId holder)
{
    auto found = internal::select(snapshot, "holder = ? and state = 0", holder);
    if (found.empty()) return not_found("account.no_default", "no open account");
    for (Account& account : found) {
        if (account.is_default) return std::move(account);
    }
    return std::move(found.front());
}

std::vector<Account> Accounts::of_holder(Snapshot& snapshot, CustomerId holder)
{
    return internal::select(snapshot, "holder = ?", holder);
}

base::Date Accounts::business_date(base::Instant instant) const
{
    if (institution_.business_day != nullptr) return institution_.business_day->date();
    return base::local_date(instant, institution_.utc_offset_minutes);
}

std::vector<Accounts::Row> Accounts::rows(Snapshot& snapshot, AccountId first, AccountId end,
                                          int limit)
{
    const AccountId before = end ? end : AccountId{std::numeric_limits<std::int64_t>::max()};
    auto row = snapshot.query(
        "select id, product, unit, minor_digits, class, state, is_default from account"
        " where id >= ? and id < ? order by id limit ?",
        first, before, limit);
    std::vector<Row> rows;
    std::string_view product;  // Neighbours have the same, as a rule.
    std::string_view unit;
    while (row.next()) {
        if (row.text(1) != product) product = base::intern(row.text(1));
        if (row.text(2) != unit) unit = base::intern(row.text(2));
        rows.push_back({row.id<AccountId>(0),
                        product,
                        {unit, static_cast<int>(row.integer(3))},
                        static_cast<Class>(row.integer(4)),
                        static_cast<State>(row.integer(5)),
                        row.boolean(6)});
    }
    return rows;
}

std::int64_t Accounts::count(Snapshot& snapshot)
{
    auto row = snapshot.query("select count(*) from account");
    row.next();
    return row.integer(0);
}

}  // namespace bank::account
