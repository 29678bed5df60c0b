// SPDX-License-Identifier: Apache-2.0
// The paper that says that a payment to another bank has arrived.
#include <bank/clearing/outgoing.h>

#include <bank/account/number.h>
#include <bank/clearing/internal/rows.h>
#include <bank/payment/short_code.h>

#include <algorithm>

namespace bank::clearing {

using platform::sql::Snapshot;

std::optional<payment::Transfer> Outgoing::receipt(Snapshot& snapshot, const Payment& payment)
{
    if (payment.state != State::settled || !payment.ended_at) return {};
    const auto from = parts_.accounts.account(snapshot, payment.account);
    if (!from) return {};
    std::string day = base::to_string(parts_.accounts.business_date(*payment.ended_at));
    std::erase(day, '-');
    const std::string number = day + "-" + base::to_string(payment.id);
    platform::crypto::Bytes message;
    for (const std::string& part :
         {std::string{"outgoing"}, number, base::to_string(payment.account), payment.bank,
          payment.masked_number, base::to_decimal(payment.amount)}) {
        platform::crypto::append_framed(message, platform::crypto::as_bytes(part));
    }
    const Bank* bank = parts_.directory.find(payment.bank);
    const std::string at{bank == nullptr ? std::string_view{payment.bank}
                                         : base::in_language(bank->name, "zh")};
    return payment::Transfer{
        .id = payment.entry,
        .receipt_number = number,
        .verification_code = payment::short_code(parts_.fingerprint.code256(message)),
        .from = payment.account,
        .from_number = account::masked_number(from.value().number),
        .to_number = payment.masked_number + " " + at,
        .payee_name = payment.masked_name,
        .amount = payment.amount,
        .balance_after = {0, payment.amount.currency},
        .purpose = order_of(snapshot, payment).purpose,
        .at = *payment.ended_at};
}

std::optional<payment::Transfer> Outgoing::genuine(Snapshot& snapshot, std::string_view number,
                                                   std::string_view code)
{
    std::string wanted;
    for (const char c : number) {
        if (c == ' ') continue;
        wanted += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    const auto hyphen = wanted.find('-');
    if (hyphen == std::string::npos) return {};
    const auto id = base::parse_id<PaymentId>(wanted.substr(hyphen + 1));
    if (!id) return {};
    const auto found = internal::find(snapshot, id.value());
    if (!found) return {};
    auto paper = receipt(snapshot, found.value());
    if (!paper || paper->receipt_number != wanted ||
        !payment::same_code(code, paper->verification_code)) {
        return {};
    }
    return paper;
}

}  // namespace bank::clearing
