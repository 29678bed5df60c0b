// SPDX-License-Identifier: Apache-2.0
#include <bank/card/cards.h>

#include <bank/account/number.h>

#include <algorithm>

namespace bank::card {

using base::Result;
using platform::sql::Cursor;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view state_names[] = {"ordered", "active", "lost", "revoked"};

constexpr platform::sql::Migration card_steps[] = {
    {"card", 1,
     "create table card("
     "  id bigint primary key, account bigint not null, holder bigint not null,"
     "  serial bigint not null unique, number text not null unique, state text not null,"
     "  pin text not null, replaces bigint not null,"
     "  issued_at bigint not null);"
     "create index card_holder on card(holder, id);"
     "create index card_account on card(account, id)"},
};

#define CARD_COLUMNS "select id, account, holder, number, state, pin, issued_at from card "

Card read_card(const Cursor& row)
{
    Card card;
    card.id = row.id<CardId>(0);
    card.account = row.id<AccountId>(1);
    card.holder = row.id<CustomerId>(2);
    card.number = row.string(3);
    const auto* state = std::find(std::begin(state_names), std::end(state_names), row.text(4));
    base::ensure(state != std::end(state_names));
    card.state = static_cast<State>(state - std::begin(state_names));
    card.has_pin = !row.text(5).empty();
    card.issued_at = row.instant(6);
    return card;
}

Result<void> needs_active(const Card& card)
{
    if (card.state == State::active) return {};
    return base::conflict("card.not_active",
                          "the card was reported lost, replaced or not yet put to use");
}

Result<Card> insert(Transaction& transaction, std::string_view prefix, const account::Account& of,
                    State state, CardId replaces)
{
    if (of.state != account::State::open) {
        return base::conflict("account.not_open", "the account is frozen or closed");
    }
    auto last = transaction.query("select coalesce(max(serial), 0) from card");
    base::ensure(last.next());
    const std::int64_t serial = last.integer(0) + 1;
    const auto id = transaction.new_id<CardId>();
    transaction.execute(
        "insert into card(id, account, holder, serial, number, state, pin, replaces,"
        " issued_at) values (?, ?, ?, ?, ?, ?, '', ?, ?)",
        id, of.id, of.holder, serial, account::make_number(prefix, serial),
        state_names[static_cast<std::size_t>(state)], replaces, transaction.now());
    return find(transaction, of.holder, id);
}

void set_state(Transaction& transaction, CardId id, State state)
{
    transaction.execute("update card set state = ? where id = ?", to_string(state), id);
}

}  // namespace

std::string_view to_string(State state)
{
    return state_names[static_cast<std::size_t>(state)];
}

std::span<const platform::sql::Migration> migrations()
{
    return card_steps;
}

Result<Card> issue(Transaction& transaction, account::Accounts& accounts, std::string_view prefix,
                   AccountId account)
{
    const auto of = TRY(accounts.account(transaction, account));
    if (of.account_class == account::Class::three) {
        return base::rejected("card.not_for_class", "a Class III account has no card");
    }
    auto rows = transaction.query(
        CARD_COLUMNS "where account = ? and state in ('active', 'ordered') limit 1", account);
    if (rows.next()) return read_card(rows);
    return insert(transaction, prefix, of, State::active, CardId{});
}

std::vector<Card> of_holder(Snapshot& snapshot, CustomerId holder)
{
    std::vector<Card> cards;
    auto rows = snapshot.query(CARD_COLUMNS "where holder = ? order by id desc limit 50", holder);
    while (rows.next()) cards.push_back(read_card(rows));
    return cards;
}

Result<Card> find(Snapshot& snapshot, CustomerId holder, CardId id)
{
    auto row = snapshot.query(CARD_COLUMNS "where id = ? and holder = ?", id, holder);
    if (!row.next()) return base::not_found("card.unknown", "there is no such card");
    return read_card(row);
}

Result<Card> report_lost(Transaction& transaction, CustomerId holder, CardId id)
{
    Card card = TRY(find(transaction, holder, id));
    if (card.state == State::lost) return card;
    TRY(needs_active(card));
    card.state = State::lost;
    set_state(transaction, id, card.state);
    return card;
}

Result<Card> set_pin(Transaction& transaction, CustomerId holder, CardId id, std::string_view hash)
{
    base::ensure(hash.starts_with("$argon2id$"));
    const Card card = TRY(find(transaction, holder, id));
    TRY(needs_active(card));
    transaction.execute("update card set pin = ? where id = ?", hash, id);
    return find(transaction, holder, id);
}

Result<Card> replace(Transaction& transaction, account::Accounts& accounts, std::string_view prefix,
                     CustomerId holder, CardId id)
{
    const Card old = TRY(find(transaction, holder, id));
    auto rows = transaction.query(CARD_COLUMNS
                                  "where account = ? and id <> ? and state in ('ordered', 'active')"
                                  " limit 1",
                                  old.account, id);
    if (rows.next()) {
        if (Card other = read_card(rows); other.state == State::ordered) return other;
        return base::conflict("card.replaced_already", "another card has taken its place");
    }
    const auto of = TRY(accounts.account(transaction, old.account));
    auto made = insert(transaction, prefix, of, State::ordered, id);
    if (made && old.state != State::lost) set_state(transaction, id, State::revoked);
    return made;
}

Result<Card> activate(Transaction& transaction, CustomerId holder, CardId id,
                      std::string_view last_digits)
{
    Card card = TRY(find(transaction, holder, id));
    if (last_digits.size() != 4 || !card.number.ends_with(last_digits)) {
        return base::rejected("card.digits_wrong", "these are not the last digits of the card");
    }
    if (card.state == State::ordered) {
        card.state = State::active;
        set_state(transaction, id, card.state);
    }
    TRY(needs_active(card));
    return card;
}

Result<void> revoke(Transaction& transaction, CustomerId holder, CardId id)
{
    TRY(find(transaction, holder, id));
    set_state(transaction, id, State::revoked);
    return {};
}

}  // namespace bank::card
