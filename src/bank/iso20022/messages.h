// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>

#include <string>
#include <string_view>

namespace bank::iso20022 {

/// One side of a payment: a bank by its BIC, an account there, whose it is.
struct Party {
    std::string agent;    // BIC, 8 or 11 characters.
    std::string account;  // At most 34 characters; may be empty where the message lets it be.
    std::string name;     // At most 140 characters.
};

/// pacs.008.001.08, one payment: `debtor`'s bank has taken the money and asks `creditor`'s to pay
/// it out.
struct CreditTransfer {
    std::string message_id;     // At most 35 characters, as all ids here; unique for its sender.
    std::string end_to_end_id;  // The payment's, unchanged on all its way.
    base::Instant created;
    base::Date settlement_date;
    std::string amount;    // Decimal, more than zero, at most 18 digits, 5 of them decimals.
    std::string currency;  // "CNY"
    Party debtor;
    Party creditor;
    std::string purpose = {};  // At most 140 characters, for people; may be empty.
    // ISO 20022 category purpose; empty or "CCRD" (a credit card is paid).
    std::string category = {};
};

/// How a payment stands at the bank that was asked.
enum class Status {
    settled,   // ACSC: settled, or ACCC: credited to the creditor.
    pending,   // PDNG: taken in, not decided.
    rejected,  // RJCT: with a reason; no money moved.
};

/// pacs.002.001.10 about one payment.
struct StatusReport {
    std::string message_id;
    base::Instant created;
    std::string original_message_id;
    std::string original_end_to_end_id;
    Status status = Status::pending;
    std::string reason =
        {};  // ISO external code ("AC01"), 1 to 4; of a rejection, else may be empty.
    std::string detail = {};  // At most 105 characters, for people.
};

/// pacs.004.001.10 of one payment: settled before, and given back.
struct Return {
    std::string message_id;
    base::Instant created;
    base::Date settlement_date;
    std::string original_message_id;
    std::string original_end_to_end_id;
    std::string amount;
    std::string currency;
    std::string reason;  // ISO external code ("AC04"), 1 to 4.
};

/// The message as XML. Errors: iso20022.invalid (a value that its element may not hold).
base::Result<std::string> write(const CreditTransfer& message);
base::Result<std::string> write(const StatusReport& message);
base::Result<std::string> write(const Return& message);

/// Reads one message. Errors: iso20022.malformed (no XML, too large), iso20022.another_message
/// (the namespace or the root is not this message's), iso20022.outside_profile (an element,
/// attribute or second payment that this bank does not take), iso20022.missing, iso20022.order,
/// iso20022.repeated, iso20022.invalid. The detail names line and path.
base::Result<CreditTransfer> read_credit_transfer(std::string_view xml);
base::Result<StatusReport> read_status_report(std::string_view xml);
base::Result<Return> read_return(std::string_view xml);

/// What a message is: "pacs.008", "pacs.002", "pacs.004". Errors: iso20022.malformed,
/// iso20022.another_message.
base::Result<std::string_view> kind_of(std::string_view xml);

}  // namespace bank::iso20022
