// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/xml/xml.h>

#include <span>
#include <string_view>

namespace bank::iso20022::internal {

/// What an element without children may hold; named after the schema's types.
enum class Leaf {
    none,  // It has children.
    max_34_text,
    max_35_text,
    max_105_text,
    max_140_text,
    code_4,              // 1 to 4 letters or digits: an external code.
    one,                 // "1": this profile takes one payment a message.
    date_time,           // RFC 3339; with an offset, so that it names one instant.
    date,                // "2026-11-22"
    bic,                 // Eight or eleven characters.
    amount,              // Decimal above zero, attribute Ccy.
    charges,             // DEBT, CRED, SHAR, SLEV
    settlement,          // CLRG, INDA, INGA, COVE
    transaction_status,  // ACSC, ACCC, PDNG, RJCT
};

/// One element of a message: where `children` is not empty, they stand in this order.
struct Element {
    std::string_view name;
    int least;
    int most;
    Leaf leaf = Leaf::none;
    std::span<const Element> children = {};
};

/// Holds `node` and all below it to `element`. Errors: those of reading, with line and path.
base::Result<void> hold(const platform::xml::Node& node, const Element& element);

/// The text at `path` ("GrpHdr/MsgId") below `node`; empty where it is not there.
std::string text_at(const platform::xml::Node& node, std::string_view path);

extern const Element credit_transfer;
extern const Element status_report;
extern const Element payment_return;

}  // namespace bank::iso20022::internal
