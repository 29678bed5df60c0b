// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/internal/words.h>

#include <bank/payment/short_code.h>

#include <algorithm>

namespace bank::payment::internal {

base::Error in_words_of_payments(const base::Error& refusal)
{
    struct Words {
        std::string_view ledger;
        std::string_view payment;
        const char* detail;
    };
    constexpr Words words[] = {
        {"ledger.debits_exceed_credits", "payment.no_funds", "there is not enough on the account"},
        {"ledger.debits_blocked", "payment.from_frozen", "the account is frozen"},
        {"ledger.credits_blocked", "payment.payee_takes_no_inflow",
         "the payee's account cannot be paid at present"},
        {"ledger.debits_day_limit", "payment.over_day_limit",
         "more than may go out of the account in a day"},
        {"ledger.debits_year_limit", "payment.over_year_limit",
         "more than may go out of the account in a year"},
        {"ledger.credits_day_limit", "payment.payee_over_day_limit",
         "more than the payee may take in in a day"},
        {"ledger.credits_year_limit", "payment.payee_over_year_limit",
         "more than the payee may take in in a year"},
        {"ledger.balance_limit", "payment.payee_over_balance_limit",
         "more than the payee's account may hold"},
        {"ledger.overflow", "payment.amount_too_large", "no account can hold so much"},
        {"ledger.account_closed", "payment.account_closed", "one of the accounts is closed"}};
    for (const Words& one : words) {
        if (one.ledger == refusal.reason) return base::rejected(one.payment, one.detail);
    }
    return refusal;
}

std::uint64_t content_of(CustomerId payer, const Order& order)
{
    return ledger::content_of({base::to_string(payer), base::to_string(order.from),
                               order.to.account_number, order.to.phone, order.payee_name,
                               std::to_string(order.amount.minor_units), order.amount.currency.code,
                               order.purpose});
}

ledger::ClientId client_of(CustomerId payer, std::string_view key)
{
    return ledger::client_id({"payment.transfer", base::to_string(payer), key});
}

std::string receipt_number(EntryId id, base::Date day)
{
    std::string number = base::to_string(day);
    std::erase(number, '-');
    return number + "-" + base::to_string(id);
}

std::string verification_code(const platform::crypto::Hmac& key, std::string_view receipt,
                              AccountId from, AccountId to, base::Money amount)
{
    platform::crypto::Bytes message;
    for (const std::string& part :
         {std::string{receipt}, base::to_string(from), base::to_string(to),
          base::to_decimal(amount), std::string{amount.currency.code}}) {
        platform::crypto::append_framed(message, platform::crypto::as_bytes(part));
    }
    return short_code(key.code256(message));
}

std::size_t length_of(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned>(c) & 0xC0U) != 0x80;
    }));
}

}  // namespace bank::payment::internal
