// SPDX-License-Identifier: Apache-2.0
#include <bank/iso20022/messages.h>

#include <bank/iso20022/internal/grammar.h>

namespace bank::iso20022 {

using base::Result;
using platform::xml::Document;
using platform::xml::Node;

namespace {

constexpr platform::xml::Limits limits{.bytes = 64 * 1024, .depth = 20, .nodes = 500};

/// What stands for each message on the wire.
struct Kind {
    std::string_view name;
    std::string_view namespace_uri;
    std::string_view root;
    const internal::Element& grammar;
};

const Kind kinds[] = {{"pacs.008", "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08",
                       "FIToFICstmrCdtTrf", internal::credit_transfer},
                      {"pacs.002", "urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10",
                       "FIToFIPmtStsRpt", internal::status_report},
                      {"pacs.004", "urn:iso:std:iso:20022:tech:xsd:pacs.004.001.10", "PmtRtr",
                       internal::payment_return}};
const Kind& transfer_kind = kinds[0];
const Kind& status_kind = kinds[1];
const Kind& return_kind = kinds[2];
constexpr std::string_view transfer_name = "pacs.008.001.08";

Result<Document> parse(std::string_view xml)
{
    auto parsed = Document::parse(xml, "message", limits);
    if (!parsed) return base::invalid("iso20022.malformed", parsed.error().detail);
    return parsed;
}

const Kind* kind_of(const Node& root)
{
    for (const Kind& kind : kinds) {
        if (root.local_name() == "Document" && root.namespace_uri() == kind.namespace_uri)
            return &kind;
    }
    return nullptr;
}

/// The message below the document element of `xml`, held to the grammar of `kind`.
Result<Node> held(const Document& document, const Kind& kind)
{
    const Node root = document.root();
    if (kind_of(root) != &kind) {
        return base::invalid("iso20022.another_message",
                             "line " + std::to_string(root.line()) + ": not a " +
                                 std::string{kind.name} + " of the version that this bank takes");
    }
    TRY(internal::hold(root, kind.grammar));
    return *root.child(kind.root);
}

/// Elements one within another, as text.
class Writer {
public:
    explicit Writer(const Kind& kind) : root_(kind.root)
    {
        text_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"";
        text_ += kind.namespace_uri;
        text_ += "\"><" + root_ + ">";
    }

    void open(std::string_view name) { text_ += "<" + std::string{name} + ">"; }
    void close(std::string_view name) { text_ += "</" + std::string{name} + ">"; }

    /// `path` is one element or several, each in the one before ("Rsn/Cd").
    void leaf(std::string_view path, std::string_view value, std::string_view attributes = {})
    {
        const auto slash = path.find('/');
        if (slash == path.npos) {
            text_ += "<" + std::string{path} + std::string{attributes} + ">";
            escape(value);
            return close(path);
        }
        open(path.substr(0, slash));
        leaf(path.substr(slash + 1), value, attributes);
        close(path.substr(0, slash));
    }

    void amount(std::string_view name, std::string_view value, std::string_view currency)
    {
        leaf(name, value, " Ccy=\"" + std::string{currency.substr(0, 3)} + "\"");
    }

    /// Ends the message and holds it to its grammar, as its receiver will.
    Result<std::string> finish(const Kind& kind) &&
    {
        text_ += "</" + root_ + "></Document>\n";
        const auto document = parse(text_);
        if (!document) return base::invalid("iso20022.invalid", document.error().detail);
        if (const auto fit = held(document.value(), kind); !fit) {
            return base::invalid("iso20022.invalid", fit.error().detail);
        }
        return std::move(text_);
    }

private:
    void escape(std::string_view value)
    {
        for (const char c : value) {
            if (c == '&') {
                text_ += "&amp;";
            } else if (c == '<') {
                text_ += "&lt;";
            } else if (c == '>') {
                text_ += "&gt;";
            } else {
                text_ += c;
            }
        }
    }

    const std::string root_;
    std::string text_;
};

void write_header(Writer& out, std::string_view id, base::Instant created, bool settles)
{
    out.open("GrpHdr");
    out.leaf("MsgId", id);
    out.leaf("CreDtTm", base::to_string(created));
    if (settles) {
        out.leaf("NbOfTxs", "1");
        out.leaf("SttlmInf/SttlmMtd", "CLRG");
    }
    out.close("GrpHdr");
}

/// Its instant; the grammar has read it before.
base::Instant instant_at(const Node& node, std::string_view path)
{
    return base::parse_instant(internal::text_at(node, path)).value();
}

base::Date date_at(const Node& node, std::string_view path)
{
    return base::parse_date(internal::text_at(node, path)).value();
}

std::string currency_at(const Node& node, std::string_view name)
{
    return std::string{node.child(name)->attribute("Ccy").value_or("")};
}

}  // namespace

Result<std::string> write(const CreditTransfer& message)
{
    Writer out{transfer_kind};
    write_header(out, message.message_id, message.created, true);
    out.open("CdtTrfTxInf");
    out.open("PmtId");
    out.leaf("EndToEndId", message.end_to_end_id);
    out.leaf("TxId", message.end_to_end_id);
    out.close("PmtId");
    if (!message.category.empty()) out.leaf("PmtTpInf/CtgyPurp/Cd", message.category);
    out.amount("IntrBkSttlmAmt", message.amount, message.currency);
    out.leaf("IntrBkSttlmDt", base::to_string(message.settlement_date));
    out.leaf("ChrgBr", "SLEV");
    out.leaf("Dbtr/Nm", message.debtor.name);
    out.leaf("DbtrAcct/Id/Othr/Id", message.debtor.account);
    out.leaf("DbtrAgt/FinInstnId/BICFI", message.debtor.agent);
    out.leaf("CdtrAgt/FinInstnId/BICFI", message.creditor.agent);
    out.leaf("Cdtr/Nm", message.creditor.name);
    out.leaf("CdtrAcct/Id/Othr/Id", message.creditor.account);
    if (!message.purpose.empty()) out.leaf("RmtInf/Ustrd", message.purpose);
    out.close("CdtTrfTxInf");
    return std::move(out).finish(transfer_kind);
}

Result<std::string> write(const StatusReport& message)
{
    Writer out{status_kind};
    write_header(out, message.message_id, message.created, false);
    out.open("OrgnlGrpInfAndSts");
    out.leaf("OrgnlMsgId", message.original_message_id);
    out.leaf("OrgnlMsgNmId", transfer_name);
    out.close("OrgnlGrpInfAndSts");
    out.open("TxInfAndSts");
    out.leaf("OrgnlEndToEndId", message.original_end_to_end_id);
    out.leaf("TxSts", message.status == Status::settled   ? "ACSC"
                      : message.status == Status::pending ? "PDNG"
                                                          : "RJCT");
    if (!message.reason.empty()) {
        out.open("StsRsnInf");
        out.leaf("Rsn/Cd", message.reason);
        if (!message.detail.empty()) out.leaf("AddtlInf", message.detail);
        out.close("StsRsnInf");
    }
    out.close("TxInfAndSts");
    return std::move(out).finish(status_kind);
}

Result<std::string> write(const Return& message)
{
    Writer out{return_kind};
    write_header(out, message.message_id, message.created, true);
    out.open("OrgnlGrpInf");
    out.leaf("OrgnlMsgId", message.original_message_id);
    out.leaf("OrgnlMsgNmId", transfer_name);
    out.close("OrgnlGrpInf");
    out.open("TxInf");
    out.leaf("OrgnlEndToEndId", message.original_end_to_end_id);
    out.amount("RtrdIntrBkSttlmAmt", message.amount, message.currency);
    out.leaf("IntrBkSttlmDt", base::to_string(message.settlement_date));
    out.leaf("RtrRsnInf/Rsn/Cd", message.reason);
    out.close("TxInf");
    return std::move(out).finish(return_kind);
}

Result<CreditTransfer> read_credit_transfer(std::string_view xml)
{
    const auto document = TRY(parse(xml));
    const Node message = TRY(held(document, transfer_kind));
    const Node one = *message.child("CdtTrfTxInf");
    const auto text = [&](std::string_view path) { return internal::text_at(one, path); };
    return CreditTransfer{
        .message_id = internal::text_at(message, "GrpHdr/MsgId"),
        .end_to_end_id = text("PmtId/EndToEndId"),
        .created = instant_at(message, "GrpHdr/CreDtTm"),
        .settlement_date = date_at(one, "IntrBkSttlmDt"),
        .amount = text("IntrBkSttlmAmt"),
        .currency = currency_at(one, "IntrBkSttlmAmt"),
        .debtor = {text("DbtrAgt/FinInstnId/BICFI"), text("DbtrAcct/Id/Othr/Id"), text("Dbtr/Nm")},
        .creditor = {text("CdtrAgt/FinInstnId/BICFI"), text("CdtrAcct/Id/Othr/Id"),
                     text("Cdtr/Nm")},
        .purpose = text("RmtInf/Ustrd"),
        .category = text("PmtTpInf/CtgyPurp/Cd")};
}

Result<StatusReport> read_status_report(std::string_view xml)
{
    const auto document = TRY(parse(xml));
    const Node message = TRY(held(document, status_kind));
    const Node one = *message.child("TxInfAndSts");
    const auto text = [&](std::string_view path) { return internal::text_at(one, path); };
    const std::string status = text("TxSts");
    StatusReport report{
        .message_id = internal::text_at(message, "GrpHdr/MsgId"),
        .created = instant_at(message, "GrpHdr/CreDtTm"),
        .original_message_id = internal::text_at(message, "OrgnlGrpInfAndSts/OrgnlMsgId"),
        .original_end_to_end_id = text("OrgnlEndToEndId"),
        .status = status == "RJCT"   ? Status::rejected
                  : status == "PDNG" ? Status::pending
                                     : Status::settled,
        .reason = text("StsRsnInf/Rsn/Cd"),
        .detail = text("StsRsnInf/AddtlInf")};
    if (report.status == Status::rejected && report.reason.empty()) {
        return base::invalid("iso20022.missing", "line " + std::to_string(one.line()) +
                                                     ": a rejection without its reason");
    }
    return report;
}

Result<Return> read_return(std::string_view xml)
{
    const auto document = TRY(parse(xml));
    const Node message = TRY(held(document, return_kind));
    const Node one = *message.child("TxInf");
    const auto text = [&](std::string_view path) { return internal::text_at(one, path); };
    return Return{.message_id = internal::text_at(message, "GrpHdr/MsgId"),
                  .created = instant_at(message, "GrpHdr/CreDtTm"),
                  .settlement_date = date_at(one, "IntrBkSttlmDt"),
                  .original_message_id = internal::text_at(message, "OrgnlGrpInf/OrgnlMsgId"),
                  .original_end_to_end_id = text("OrgnlEndToEndId"),
                  .amount = text("RtrdIntrBkSttlmAmt"),
                  .currency = currency_at(one, "RtrdIntrBkSttlmAmt"),
                  .reason = text("RtrRsnInf/Rsn/Cd")};
}

Result<std::string_view> kind_of(std::string_view xml)
{
    const auto document = TRY(parse(xml));
    const Kind* kind = kind_of(document.root());
    if (kind == nullptr)
        return base::invalid("iso20022.another_message", "a message that this bank does not take");
    return kind->name;
}

}  // namespace bank::iso20022
