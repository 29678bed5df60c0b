// SPDX-License-Identifier: Apache-2.0
#include <bank/statement/receipt.h>

#include <bank/statement/internal/sheet.h>
#include <bank/statement/internal/words.h>

namespace bank::statement {

using internal::label;
using internal::Sheet;
using platform::pdf::Align;
using platform::pdf::Weight;

std::string receipt_pdf(const payment::Transfer& transfer, const Manner& manner)
{
    const std::string& language = manner.language;
    platform::pdf::Document document{label("receipt", language), manner.bank,
                                     language == "en" ? "en" : "zh-CN"};
    Sheet sheet{document,
                {transfer.receipt_number, transfer.verification_code, manner.verify_url, language},
                manner.large};
    double y = sheet.begin_page(manner.bank, label("receipt", language));
    y += 24;
    document.text({Sheet::left, y, Sheet::width}, label("paid", language),
                  {.size = sheet.size(11), .align = Align::centre, .colour = Sheet::celadon});
    y += sheet.size(11) * 1.8;
    document.text(
        {Sheet::left, y, Sheet::width},
        internal::grouped(transfer.amount) + " " + std::string{transfer.amount.currency.code},
        {.size = sheet.size(26), .weight = Weight::bold, .align = Align::centre});
    y += sheet.size(26) * 2;
    document.rule(Sheet::left, y, Sheet::width, 0.5, Sheet::line);
    y += 16;
    const auto fact = [&](std::string_view name, const std::string& value) {
        if (!value.empty())
            y += sheet.fact(Sheet::left, y, Sheet::width, label(name, language), value) + 4;
    };
    fact("payee", transfer.payee_name);
    fact("payee_account", transfer.to_number);
    fact("payer_account", transfer.from_number);
    fact("purpose", transfer.purpose);
    fact("paid_at", internal::local_time(transfer.at, manner.utc_offset_minutes));
    fact("number", transfer.receipt_number);
    fact("code", transfer.verification_code);
    return document.finish();
}

}  // namespace bank::statement
