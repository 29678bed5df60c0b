// SPDX-License-Identifier: Apache-2.0
// Accounts that go to sleep and wake, and those that become more than they were.
#include <bank/account/accounts.h>

#include <bank/account/internal/rows.h>

#include <algorithm>
#include <array>

namespace bank::account {

using base::conflict;
using base::Result;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

/// What the bank books by itself: no sign that the holder is there.
constexpr std::array<std::string_view, 2> own_kinds{"interest", "fee"};
/// Interest and fees come nine times a year at most; beyond so many of them lie years.
constexpr std::size_t movements_looked_at = 60;

/// The date of the last movement that is not the bank's own; none where there is none. Throws
/// nothing away: an account with more of the bank's own than are looked at is idle anyway.
Result<std::optional<base::Date>> last_moved(Snapshot& snapshot, ledger::Ledger& ledger,
                                             AccountId id)
{
    const auto own = [](const ledger::Movement& one) {
        return std::ranges::find(own_kinds, one.kind) != own_kinds.end();
    };
    for (const std::size_t many : {std::size_t{1}, movements_looked_at}) {
        const auto movements = TRY(ledger.history(snapshot, id, {}, many));
        const auto found = std::ranges::find_if_not(movements, own);
        if (found != movements.end()) return std::optional{found->effective};
        if (movements.size() < many) break;
    }
    return std::optional<base::Date>{};
}

std::optional<base::Instant> revived_at(Snapshot& snapshot, AccountId id)
{
    auto row = snapshot.query("select max(revived_at) from account_revival where account = ?", id);
    if (!row.next() || row.is_null(0)) return std::nullopt;
    return row.instant(0);
}

}  // namespace

Result<bool> Accounts::is_idle(Snapshot& snapshot, AccountId id, const Idleness& idleness,
                               base::Date today)
{
    const Account found = TRY(account(snapshot, id));
    if (found.state != State::open) return false;
    const auto day_of = [&](base::Instant at) {
        return base::local_date(at, institution_.utc_offset_minutes);
    };
    const auto moved = TRY(last_moved(snapshot, ledger_, id));
    const int most = moved ? idleness.idle_after_days : idleness.unused_after_days;
    if (most <= 0) return false;
    base::Date since = moved ? std::max(*moved, day_of(found.opened_at)) : day_of(found.opened_at);
    if (const auto revived = revived_at(snapshot, id)) since = std::max(since, day_of(*revived));
    return today.days - since.days >= most;
}

Result<bool> Accounts::put_to_sleep(Transaction& transaction, AccountId id,
                                    const Idleness& idleness)
{
    const auto today = business_date(transaction.now());
    if (!TRY(is_idle(transaction, id, idleness, today))) return false;
    TRY(set_state(transaction, id, State::dormant, ledger::Flag::debits_blocked));
    audit::append(transaction, {.actor = {audit::ActorKind::system, 0},
                                .action = "account.dormant",
                                .object = {"account", id.value},
                                .reason = {},
                                .details = {{"day", base::to_string(today)}}});
    return true;
}

Result<void> Accounts::revive(Transaction& transaction, AccountId id)
{
    if (TRY(account(transaction, id)).state != State::dormant) {
        return conflict("account.not_dormant", "the account is not dormant");
    }
    TRY(set_state(transaction, id, State::open, ledger::Flag::none));
    transaction.execute("insert into account_revival(account, revived_at) values (?, ?)", id,
                        transaction.now());
    return {};
}

Result<Account> Accounts::upgrade(Transaction& transaction, const Product& product, AccountId id)
{
    const Account before = TRY(account(transaction, id));
    if (before.state != State::open) {
        return conflict("account.not_open", "the account is frozen, dormant or closed");
    }
    if (before.account_class <= product.account_class) {
        return base::rejected("account.class_not_higher", "the account is of that class or above");
    }
    if (!may_have_another(transaction, before.holder, product)) {
        return base::rejected("account.too_many_of_class",
                              "the holder has as many accounts of this class as one may have");
    }
    auto terms = internal::terms_of(product, true);
    terms.flags = TRY(ledger_.account(transaction, id)).terms.flags;
    TRY(ledger_.change_terms(transaction, id, terms));
    transaction.execute("update account set class = ?, product = ?, face_to_face = 1 where id = ?",
                        static_cast<int>(product.account_class), product.code, id);
    return account(transaction, id);
}

}  // namespace bank::account
