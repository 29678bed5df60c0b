// SPDX-License-Identifier: Apache-2.0
// Cards that are kept, and their bills.
#include <bank/credit_card/cards.h>

#include <bank/account/number.h>
#include <bank/audit/trail.h>
#include <bank/clearing/number.h>
#include <bank/credit_card/internal/rows.h>
#include <platform/json/value.h>

namespace bank::credit_card {

using base::invalid;
using base::Result;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::size_t shortest_number = 12;  // ISO/IEC 7812-1: the account part may be short.
constexpr std::size_t longest_number = 19;
constexpr int most_a_day = 20;  // Whose card a number is, is nothing to try through.
constexpr std::int64_t day_seconds = 86'400;
constexpr int most_shown = 50;

base::Error unknown_card()
{
    return base::not_found("card.unknown", "there is no such card of yours");
}

void write_trail(Transaction& transaction, const Card& card, std::string_view action)
{
    audit::append(transaction, {.actor = {audit::ActorKind::customer, card.person.value},
                                .action = action,
                                .object = {"credit-card", card.id.value},
                                .reason = {},
                                .details = {{"bank", card.bank}}});
}

}  // namespace

std::string_view to_string(BillState state)
{
    constexpr std::string_view names[] = {"asking", "known", "unknown-card", "another-holder",
                                          "unavailable"};
    return names[static_cast<std::size_t>(state)];
}

Result<Card> Cards::keep(Transaction& transaction, CustomerId person, std::string_view number)
{
    const std::string digits = clearing::digits_of(number);
    if (digits.size() < shortest_number || digits.size() > longest_number)
        return invalid("card.number_malformed", "a card number has 12 to 19 digits");
    const std::string_view body{digits.data(), digits.size() - 1};
    if (account::luhn_digit(body) != digits.back())
        return invalid("card.number_mistyped", "a digit of the card number is wrong");
    const auto* bank = parts_.directory.recognise(digits);
    if (bank == nullptr || !bank->issued_as_credit_card(digits))
        return base::rejected("card.no_credit_card", "this is no credit card of a known issuer");

    const auto hash = parts_.fingerprint.code256(platform::crypto::as_bytes("card/" + digits));
    std::int64_t print = 0;
    for (std::size_t i = 0; i < 8; ++i)
        print = static_cast<std::int64_t>(static_cast<std::uint64_t>(print) << 8 | hash[i]);
    const platform::sql::Parameter parameters[] = {person, print};
    auto kept = internal::select_with(transaction, "person = ? and print = ?", parameters);
    if (!kept.empty()) {
        Card card = std::move(kept.front());
        const bool again = card.removed;
        card.removed = false;
        card.state = BillState::asking;
        ++card.asked;
        card.asked_at = transaction.now();
        internal::update(transaction, card);
        if (again) write_trail(transaction, card, "card.keep");
        return card;
    }
    {
        auto row =
            transaction.query("select count(*) from credit_card where person = ? and kept_at > ?",
                              person, base::after_seconds(transaction.now(), -day_seconds));
        if (row.next() && row.integer(0) >= most_a_day)
            return base::rejected("card.too_many", "so many cards are not added in a day");
    }
    const Card card{.id = transaction.new_id<CardId>(),
                    .person = person,
                    .bank = bank->code,
                    .masked_number = account::masked_number(digits),
                    .asked = 1,
                    .asked_at = transaction.now()};
    internal::insert(transaction, card, parts_.people.seal(person, digits), print);
    write_trail(transaction, card, "card.keep");
    return card;
}

Result<Card> Cards::ask_again(Transaction& transaction, CustomerId person, CardId id)
{
    Card found = TRY(card(transaction, person, id));
    found.state = BillState::asking;
    ++found.asked;
    found.asked_at = transaction.now();
    internal::update(transaction, found);
    return found;
}

Result<void> Cards::answered(Transaction& transaction, CardId id, int asked, BillState state,
                             const Bill& bill)
{
    const platform::sql::Parameter parameters[] = {id};
    auto found = internal::select_with(transaction, "id = ?", parameters);
    if (found.empty()) return unknown_card();
    Card card = std::move(found.front());
    const bool waits = card.state == BillState::asking || card.state == BillState::unavailable;
    if (card.asked != asked || !waits) return {};
    card.state = state;
    card.bill = bill;
    internal::update(transaction, card);
    return {};
}

platform::json::Object Cards::question(Snapshot& snapshot, const Card& card)
{
    return {{"bank", card.bank},
            {"number",
             parts_.people.unseal(snapshot, card.person, internal::sealed_of(snapshot, card.id))},
            {"name", parts_.people.name(snapshot, card.person)}};
}

Result<Card> Cards::card(Snapshot& snapshot, CustomerId person, CardId id)
{
    const platform::sql::Parameter parameters[] = {id, person};
    auto found =
        internal::select_with(snapshot, "id = ? and person = ? and removed = 0", parameters);
    if (found.empty()) return unknown_card();
    return std::move(found.front());
}

std::vector<Card> Cards::of_person(Snapshot& snapshot, CustomerId person)
{
    const platform::sql::Parameter parameters[] = {person, most_shown};
    return internal::select_with(snapshot, "person = ? and removed = 0 order by id limit ?",
                                 parameters);
}

Result<void> Cards::remove(Transaction& transaction, CustomerId person, CardId id)
{
    Card found = TRY(card(transaction, person, id));
    found.removed = true;
    internal::update(transaction, found);
    write_trail(transaction, found, "card.remove");
    return {};
}

}  // namespace bank::credit_card
