// SPDX-License-Identifier: Apache-2.0
#include <bank/iso20022/internal/grammar.h>

#include <base/clock.h>

#include <algorithm>
#include <array>

namespace bank::iso20022::internal {

using base::Result;
using platform::xml::Node;

namespace {

// The tables follow the order of the published schemas.
constexpr Element system_code[] = {{"Prtry", 1, 1, Leaf::max_35_text}};
constexpr Element settlement_information[] = {{"SttlmMtd", 1, 1, Leaf::settlement},
                                              {"ClrSys", 0, 1, Leaf::none, system_code}};
constexpr Element institution_id[] = {{"BICFI", 1, 1, Leaf::bic}};
constexpr Element agent[] = {{"FinInstnId", 1, 1, Leaf::none, institution_id}};
constexpr Element person[] = {{"Nm", 1, 1, Leaf::max_140_text}};
constexpr Element other_id[] = {{"Id", 1, 1, Leaf::max_34_text}};
constexpr Element account_id[] = {{"Othr", 1, 1, Leaf::none, other_id}};
constexpr Element account[] = {{"Id", 1, 1, Leaf::none, account_id}};
constexpr Element coded[] = {{"Cd", 1, 1, Leaf::code_4}};
constexpr Element payment_type[] = {{"CtgyPurp", 0, 1, Leaf::none, coded}};
constexpr Element payment_id[] = {{"EndToEndId", 1, 1, Leaf::max_35_text},
                                  {"TxId", 1, 1, Leaf::max_35_text}};
constexpr Element remittance[] = {{"Ustrd", 1, 1, Leaf::max_140_text}};
constexpr Element transfer_header[] = {{"MsgId", 1, 1, Leaf::max_35_text},
                                       {"CreDtTm", 1, 1, Leaf::date_time},
                                       {"NbOfTxs", 1, 1, Leaf::one},
                                       {"SttlmInf", 1, 1, Leaf::none, settlement_information}};
constexpr Element transfer[] = {
    {"PmtId", 1, 1, Leaf::none, payment_id}, {"PmtTpInf", 0, 1, Leaf::none, payment_type},
    {"IntrBkSttlmAmt", 1, 1, Leaf::amount},  {"IntrBkSttlmDt", 1, 1, Leaf::date},
    {"ChrgBr", 1, 1, Leaf::charges},         {"Dbtr", 1, 1, Leaf::none, person},
    {"DbtrAcct", 1, 1, Leaf::none, account}, {"DbtrAgt", 1, 1, Leaf::none, agent},
    {"CdtrAgt", 1, 1, Leaf::none, agent},    {"Cdtr", 1, 1, Leaf::none, person},
    {"CdtrAcct", 1, 1, Leaf::none, account}, {"RmtInf", 0, 1, Leaf::none, remittance}};
constexpr Element transfer_message[] = {{"GrpHdr", 1, 1, Leaf::none, transfer_header},
                                        {"CdtTrfTxInf", 1, 1, Leaf::none, transfer}};
constexpr Element transfer_document[] = {{"FIToFICstmrCdtTrf", 1, 1, Leaf::none, transfer_message}};

constexpr Element status_header[] = {{"MsgId", 1, 1, Leaf::max_35_text},
                                     {"CreDtTm", 1, 1, Leaf::date_time}};
constexpr Element original_group[] = {{"OrgnlMsgId", 1, 1, Leaf::max_35_text},
                                      {"OrgnlMsgNmId", 1, 1, Leaf::max_35_text}};
constexpr Element reason[] = {{"Rsn", 1, 1, Leaf::none, coded},
                              {"AddtlInf", 0, 1, Leaf::max_105_text}};
constexpr Element status_of_one[] = {{"OrgnlEndToEndId", 1, 1, Leaf::max_35_text},
                                     {"TxSts", 1, 1, Leaf::transaction_status},
                                     {"StsRsnInf", 0, 1, Leaf::none, reason}};
constexpr Element status_message[] = {{"GrpHdr", 1, 1, Leaf::none, status_header},
                                      {"OrgnlGrpInfAndSts", 1, 1, Leaf::none, original_group},
                                      {"TxInfAndSts", 1, 1, Leaf::none, status_of_one}};
constexpr Element status_document[] = {{"FIToFIPmtStsRpt", 1, 1, Leaf::none, status_message}};

constexpr Element return_of_one[] = {{"OrgnlEndToEndId", 1, 1, Leaf::max_35_text},
                                     {"RtrdIntrBkSttlmAmt", 1, 1, Leaf::amount},
                                     {"IntrBkSttlmDt", 1, 1, Leaf::date},
                                     {"RtrRsnInf", 1, 1, Leaf::none, reason}};
constexpr Element return_message[] = {{"GrpHdr", 1, 1, Leaf::none, transfer_header},
                                      {"OrgnlGrpInf", 1, 1, Leaf::none, original_group},
                                      {"TxInf", 1, 1, Leaf::none, return_of_one}};
constexpr Element return_document[] = {{"PmtRtr", 1, 1, Leaf::none, return_message}};

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_upper_or_digit(char c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z');
}
bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> values)
{
    return std::find(values.begin(), values.end(), text) != values.end();
}

/// Characters of UTF-8, none of them a control character; the XML reader has refused bytes that are
/// no UTF-8.
bool is_text(std::string_view text, std::size_t most)
{
    std::size_t length = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) return false;
        length += (byte & 0xC0U) != 0x80 ? 1 : 0;
    }
    return length >= 1 && length <= most;
}

/// [A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?
bool is_bic(std::string_view text)
{
    return (text.size() == 8 || text.size() == 11) &&
           std::all_of(text.begin(), text.end(), is_upper_or_digit) && is_upper(text[4]) &&
           is_upper(text[5]);
}

/// Eighteen digits in all, five of them decimals, more than zero.
bool is_amount(std::string_view text)
{
    const auto dot = text.find('.');
    const auto whole = text.substr(0, dot);
    const auto decimals = dot == text.npos ? std::string_view{} : text.substr(dot + 1);
    if (whole.empty() || (dot != text.npos && decimals.empty()) || decimals.size() > 5)
        return false;
    if (whole.size() + decimals.size() > 18) return false;
    const auto digits = [](std::string_view part) {
        return std::all_of(part.begin(), part.end(), is_digit);
    };
    const auto zeros = [](std::string_view part) {
        return part.find_first_not_of('0') == part.npos;
    };
    return digits(whole) && digits(decimals) && !(zeros(whole) && zeros(decimals));
}

bool fits(Leaf leaf, std::string_view text)
{
    switch (leaf) {
        case Leaf::max_34_text:
            return is_text(text, 34);
        case Leaf::max_35_text:
            return is_text(text, 35);
        case Leaf::max_105_text:
            return is_text(text, 105);
        case Leaf::max_140_text:
            return is_text(text, 140);
        case Leaf::code_4:
            return !text.empty() && text.size() <= 4 &&
                   std::all_of(text.begin(), text.end(), is_upper_or_digit);
        case Leaf::one:
            return text == "1";
        case Leaf::date_time:
            return base::parse_instant(text).has_value();
        case Leaf::date:
            return base::parse_date(text).has_value();
        case Leaf::bic:
            return is_bic(text);
        case Leaf::amount:
            return is_amount(text);
        case Leaf::charges:
            return is_one_of(text, {"DEBT", "CRED", "SHAR", "SLEV"});
        case Leaf::settlement:
            return is_one_of(text, {"CLRG", "INDA", "INGA", "COVE"});
        case Leaf::transaction_status:
            return is_one_of(text, {"ACSC", "ACCC", "PDNG", "RJCT"});
        default:
            return false;
    }
}

std::string place(const Node& node)
{
    std::string path{node.local_name()};
    for (auto above = node.parent(); above && !above->local_name().empty();
         above = above->parent()) {
        path = std::string{above->local_name()} + "/" + path;
    }
    return "line " + std::to_string(node.line()) + ", " + path;
}

Result<void> hold_leaf(const Node& node, const Element& element)
{
    if (!node.children().empty()) {
        return base::invalid("iso20022.outside_profile", place(node) + ": holds elements");
    }
    if (element.leaf == Leaf::amount) {
        const auto currency = node.attribute("Ccy").value_or("");
        if (currency.size() != 3 || !std::all_of(currency.begin(), currency.end(), is_upper)) {
            return base::invalid("iso20022.invalid", place(node) + ": no currency in Ccy");
        }
    }
    // The value may be somebody's name: the detail says where, not what.
    if (!fits(element.leaf, node.text())) {
        return base::invalid("iso20022.invalid", place(node) + ": its value is not allowed there");
    }
    return {};
}

}  // namespace

Result<void> hold(const Node& node, const Element& element)
{
    if (element.leaf != Leaf::none) return hold_leaf(node, element);
    const std::string text = node.text();
    if (text.find_first_not_of(" \t\r\n") != text.npos) {
        return base::invalid("iso20022.outside_profile", place(node) + ": text beside elements");
    }
    std::size_t at = 0;
    int seen = 0;
    const auto& expected = element.children;
    for (const Node& child : node.children()) {
        const auto found = std::find_if(expected.begin(), expected.end(), [&](const Element& one) {
            return one.name == child.local_name();
        });
        if (found == expected.end() || child.namespace_uri() != node.namespace_uri()) {
            return base::invalid("iso20022.outside_profile",
                                 place(child) + ": not taken by this bank");
        }
        const auto index = static_cast<std::size_t>(found - expected.begin());
        if (index < at) {
            return base::invalid("iso20022.order", place(child) + ": stands too late");
        }
        for (; at < index; ++at, seen = 0) {
            if (seen < expected[at].least) {
                return base::invalid(
                    "iso20022.missing",
                    place(node) + ": " + std::string{expected[at].name} + " is missing");
            }
        }
        if (++seen > found->most) {
            return base::invalid("iso20022.repeated", place(child) + ": more than this bank takes");
        }
        TRY(hold(child, *found));
    }
    for (; at < expected.size(); ++at, seen = 0) {
        if (seen < expected[at].least) {
            return base::invalid(
                "iso20022.missing",
                place(node) + ": " + std::string{expected[at].name} + " is missing");
        }
    }
    return {};
}

std::string text_at(const Node& node, std::string_view path)
{
    std::optional<Node> at = node;
    while (at && !path.empty()) {
        const auto slash = path.find('/');
        at = at->child(path.substr(0, slash));
        path = slash == path.npos ? std::string_view{} : path.substr(slash + 1);
    }
    return at ? at->text() : std::string{};
}

const Element credit_transfer{"Document", 1, 1, Leaf::none, transfer_document};
const Element status_report{"Document", 1, 1, Leaf::none, status_document};
const Element payment_return{"Document", 1, 1, Leaf::none, return_document};

}  // namespace bank::iso20022::internal
