// SPDX-License-Identifier: Apache-2.0
#include <bank/statement/internal/words.h>
#include <bank/statement/writer.h>

#include <vector>

namespace bank::statement {

namespace {

constexpr std::size_t longest_text = 140;  // Max140Text.

/// The length of the character at `place` by its first byte; 0 where the bytes are no character
/// that XML 1.0 may hold (section 2.2).
std::size_t xml_character(std::string_view text, std::size_t place)
{
    const auto byte = [&](std::size_t i) {
        return place + i < text.size() ? static_cast<unsigned char>(text[place + i]) : 0U;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80) return lead >= 0x20 || lead == '\t' || lead == '\n' || lead == '\r' ? 1 : 0;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    unsigned code = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return 0;
        code = code << 6 | (byte(i) & 0x3FU);
    }
    const unsigned least = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
    const bool allowed = code >= least && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF) &&
                         code != 0xFFFE && code != 0xFFFF;
    return allowed ? length : 0;
}

/// Text as content of an element, in pieces of at most 140 characters.
std::vector<std::string> xml_pieces(std::string_view text)
{
    std::vector<std::string> pieces;
    std::size_t characters = longest_text;
    for (std::size_t place = 0; place < text.size();) {
        if (characters == longest_text) {
            pieces.emplace_back();
            characters = 0;
        }
        const std::size_t length = xml_character(text, place);
        std::string& piece = pieces.back();
        switch (length == 0 ? '\0' : text[place]) {
            case '\0':
                piece += "�";
                break;
            case '&':
                piece += "&amp;";
                break;
            case '<':
                piece += "&lt;";
                break;
            case '>':
                piece += "&gt;";
                break;
            default:
                piece += text.substr(place, length);
        }
        place += length == 0 ? 1 : length;
        ++characters;
    }
    return pieces;
}

std::string xml_text(std::string_view text)
{
    auto pieces = xml_pieces(text);
    return pieces.empty() ? std::string{"-"} : std::move(pieces.front());
}

std::string xml_time(base::Instant instant)
{
    return base::to_string(instant).substr(0, 19) + "Z";
}

/// ISO 20022 external bank transaction codes, family and sub-family of domain PMNT.
struct TransactionCode {
    std::string_view family;
    std::string_view sub_family;
};

TransactionCode code_of(std::string_view kind, bool incoming)
{
    if (kind == "reversal") return {incoming ? "ICDT" : "RCDT", "RRTN"};
    if (kind == "interest") return {"MCOP", "INTR"};
    if (kind == "fee") return {"MDOP", "CHRG"};
    if (kind == "opening") return {"CNTR", "CDPT"};
    if (kind == "wages") return {incoming ? "RCDT" : "ICDT", "SALA"};
    if (kind == "interest" || kind == "fee")
        return {incoming ? "MCOP" : "MDOP", kind == "interest" ? "INTR" : "FEES"};
    return {incoming ? "RCDT" : "ICDT", kind == "transfer" ? "BOOK" : "DMCT"};
}

class Camt053Writer final : public Writer {
public:
    explicit Camt053Writer(const Head& head) : head_(head)
    {
        bytes_ =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>"
            "<GrpHdr><MsgId>" +
            head.number + "</MsgId><CreDtTm>" + xml_time(head.made_at) +
            "</CreDtTm></GrpHdr>\n<Stmt><Id>" + head.number + "</Id><CreDtTm>" +
            xml_time(head.made_at) + "</CreDtTm><FrToDt><FrDtTm>" + base::to_string(head.first) +
            "T00:00:00</FrDtTm><ToDtTm>" + base::to_string(head.last) +
            "T23:59:59</ToDtTm></FrToDt><Acct><Id><Othr><Id>" + head.account_number +
            "</Id></Othr></Id><Ccy>" + std::string{head.opening.currency.code} +
            "</Ccy><Ownr><Nm>" + xml_text(head.holder) +
            "</Nm></Ownr><Svcr><FinInstnId><ClrSysMmbId><MmbId>" + xml_text(head.clearing_code) +
            "</MmbId></ClrSysMmbId><Nm>" + xml_text(head.institution) +
            "</Nm></FinInstnId></Svcr></Acct>\n";
        balance("OPBD", head.opening, head.first);
        balance("CLBD", head.closing, head.last);
        const auto total = [&](std::string_view element, std::int64_t count, base::Money sum) {
            bytes_ += "<" + std::string{element} + "><NbOfNtries>" + std::to_string(count) +
                      "</NbOfNtries><Sum>" + base::to_decimal(sum) + "</Sum></" +
                      std::string{element} + ">";
        };
        bytes_ += "<TxsSummry>";
        total("TtlCdtNtries", head.count_in, head.in);
        total("TtlDbtNtries", head.count - head.count_in, head.out);
        bytes_ += "</TxsSummry>\n";
    }

    void add(std::span<const payment::Line> lines) override
    {
        for (const auto& line : lines) {
            const bool incoming = line.direction == account::Direction::in;
            const auto code = code_of(line.kind, incoming);
            const std::string id = base::to_string(line.id);
            bytes_ += "<Ntry><NtryRef>" + id + "</NtryRef>" + amount(line.amount) +
                      indicator(incoming) +
                      (line.kind == "reversal" ? "<RvslInd>true</RvslInd>" : "") +
                      "<Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>" + xml_time(line.at) +
                      "</DtTm></BookgDt><ValDt><Dt>" + base::to_string(line.business_date) +
                      "</Dt></ValDt><AcctSvcrRef>" + internal::reference(line.business_date, id) +
                      "</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>" +
                      std::string{code.family} + "</Cd><SubFmlyCd>" + std::string{code.sub_family} +
                      "</SubFmlyCd></Fmly></Domn><Prtry><Cd>" + std::string{line.kind} +
                      "</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs><AcctSvcrRef>" + id +
                      "</AcctSvcrRef></Refs>" + amount(line.amount) + indicator(incoming) +
                      party(line.counterparty, incoming) + purpose(line.purpose) +
                      "</TxDtls></NtryDtls></Ntry>\n";
        }
    }

    std::string finish() override
    {
        bytes_ += "</Stmt></BkToCstmrStmt></Document>\n";
        return std::move(bytes_);
    }

private:
    static std::string amount(base::Money money)
    {
        const base::Money size{money.minor_units < 0 ? -money.minor_units : money.minor_units,
                               money.currency};
        return "<Amt Ccy=\"" + std::string{money.currency.code} + "\">" + base::to_decimal(size) +
               "</Amt>";
    }
    static std::string indicator(bool credit)
    {
        return credit ? "<CdtDbtInd>CRDT</CdtDbtInd>" : "<CdtDbtInd>DBIT</CdtDbtInd>";
    }
    static std::string party(std::string_view name, bool incoming)
    {
        if (name.empty()) return {};
        const std::string element = incoming ? "Dbtr" : "Cdtr";
        return "<RltdPties><" + element + "><Pty><Nm>" + xml_text(name) + "</Nm></Pty></" +
               element + "></RltdPties>";
    }
    static std::string purpose(std::string_view text)
    {
        std::string remittance;
        for (const auto& piece : xml_pieces(text)) remittance += "<Ustrd>" + piece + "</Ustrd>";
        return remittance.empty() ? remittance : "<RmtInf>" + remittance + "</RmtInf>";
    }
    void balance(std::string_view code, base::Money money, base::Date day)
    {
        bytes_ += "<Bal><Tp><CdOrPrtry><Cd>" + std::string{code} + "</Cd></CdOrPrtry></Tp>" +
                  amount(money) + indicator(money.minor_units >= 0) + "<Dt><Dt>" +
                  base::to_string(day) + "</Dt></Dt></Bal>\n";
    }

    const Head head_;
    std::string bytes_;
};

}  // namespace

std::unique_ptr<Writer> camt053_writer(const Head& head)
{
    return std::make_unique<Camt053Writer>(head);
}

}  // namespace bank::statement
