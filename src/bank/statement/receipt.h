// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/payment/transfer.h>

#include <string>

namespace bank::statement {

/// How a document is to look and speak.
struct Manner {
    std::string bank;  // Its name, in `language`.
    std::string language;
    std::string verify_url;  // With number and code behind its '#'.
    bool large = false;
    int utc_offset_minutes = 480;
};

/// The receipt of a payment as one page of PDF. Without the balance: it may be handed on.
std::string receipt_pdf(const payment::Transfer& transfer, const Manner& manner);

}  // namespace bank::statement
