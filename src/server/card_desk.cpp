// SPDX-License-Identifier: Apache-2.0
#include <server/card_desk.h>

namespace server {

namespace credit_card = bank::credit_card;
namespace sql = platform::sql;
using base::Result;

namespace {

constexpr base::Currency bill_currency{"CNY", 2};

credit_card::BillState bill_state_of(std::string_view status)
{
    if (status == "found") return credit_card::BillState::known;
    if (status == "unknown") return credit_card::BillState::unknown_card;
    if (status == "mismatch") return credit_card::BillState::another_holder;
    return credit_card::BillState::unavailable;
}

/// What an issuer says in full; an answer that leaves something out is none.
Result<credit_card::Bill> read_bill(const platform::json::Value& content)
{
    credit_card::Bill bill;
    bill.statement = TRY(base::parse_money(content["statement"].text_or(), bill_currency));
    bill.minimum = TRY(base::parse_money(content["minimum"].text_or(), bill_currency));
    bill.due = TRY(base::parse_date(content["due"].text_or()));
    if (content["currency"].text_or() != bill_currency.code || bill.statement.minor_units < 0 ||
        bill.minimum.minor_units < 0 || bill.minimum.minor_units > bill.statement.minor_units) {
        return base::invalid("card.bill_malformed", "the issuer's bill cannot be right");
    }
    return bill;
}

}  // namespace

CardDesk::CardDesk(Parts parts) : parts_(std::move(parts))
{
    parts_.partners.on_answer("card-bill", [this](auto& transaction, const auto& answer) {
        return answered(transaction, answer);
    });
}

Result<credit_card::Card> CardDesk::ask(const Note& note)
{
    if (parts_.partner.empty())
        return base::unavailable("card.no_partner", "no issuer can be asked at present");
    return parts_.book.write([&](sql::Transaction& transaction) -> Result<credit_card::Card> {
        auto card = TRY(note(transaction));
        TRY(parts_.partners.ask(transaction, {parts_.partner, "card-bill",
                                              to_string(card.id) + "." + std::to_string(card.asked),
                                              parts_.cards.question(transaction, card)}));
        return card;
    });
}

Result<void> CardDesk::answered(sql::Transaction& transaction, const bank::partner::Answer& answer)
{
    const auto dot = answer.correlation.find('.');
    base::ensure(dot != std::string::npos);
    const auto id = TRY(base::parse_id<credit_card::CardId>(answer.correlation.substr(0, dot)));
    const int asked = std::stoi(answer.correlation.substr(dot + 1));
    auto state = bill_state_of(answer.status);
    credit_card::Bill bill;
    if (state == credit_card::BillState::known) {
        if (const auto read = read_bill(answer.content)) {
            bill = read.value();
        } else {
            state = credit_card::BillState::unavailable;
        }
    }
    return parts_.cards.answered(transaction, id, asked, state, bill);
}

}  // namespace server
