// SPDX-License-Identifier: Apache-2.0
#include <bank/batch/files.h>

#include <platform/spreadsheet/workbook.h>

#include <array>

namespace bank::batch {

using platform::sql::Snapshot;

namespace {

constexpr int lines_a_page = 1000;
constexpr std::string_view mark = "\xEF\xBB\xBF";

bool is_chinese(std::string_view language)
{
    return !language.starts_with("en");
}

/// RFC 4180, quoted, and defused: =, +, -, @ and blanks that hide them begin formulas.
void append_field(std::string& out, std::string_view field)
{
    out += '"';
    if (!field.empty() && std::string_view{"=+-@\t\r\n"}.find(field.front()) != std::string::npos) {
        out += '\'';
    }
    for (const char c : field) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void append_line(std::string& out, std::span<const std::string> fields)
{
    bool first = true;
    for (const std::string& field : fields) {
        if (!first) out += ',';
        first = false;
        append_field(out, field);
    }
    out += "\r\n";
}

/// Calls `each` with every line in `state` (none: all), in order.
void for_lines(Snapshot& snapshot, Batches& batches, const Batch& batch,
               std::optional<LineState> state, const std::function<void(const Line&)>& each)
{
    int after = 0;
    while (true) {
        const auto page = batches.lines(snapshot, batch, state, after, lines_a_page);
        for (const Line& line : page) each(line);
        if (page.size() < lines_a_page) return;
        after = page.back().number;
    }
}

std::string reasons_text(const std::vector<Fault>& faults, std::string_view language,
                         const Words& words)
{
    std::string text;
    for (const Fault& fault : faults) {
        if (!text.empty()) text += is_chinese(language) ? "；" : "; ";
        text += words(fault.reason, language);
        if (!fault.at.empty()) text += " (" + fault.at + ")";
    }
    return text;
}

bool has_ended(const Batch& batch)
{
    return batch.state == State::done || batch.state == State::refused ||
           batch.state == State::stopped;
}

std::string state_text(const Batch& batch, const Line& line, std::string_view language)
{
    const bool chinese = is_chinese(language);
    switch (line.state) {
        case LineState::paid:
            return chinese ? "已付" : "paid";
        case LineState::refused:
            return chinese ? "未付：有错误" : "refused";
        default:
            if (has_ended(batch)) return chinese ? "未执行" : "not tried";
            return chinese ? "待付" : "waiting";
    }
}

std::string xml_text(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (static_cast<unsigned char>(c) >= 0x20) {
            out += c;
        }
    }
    return out;
}

std::string element(std::string_view name, std::string_view text)
{
    std::string out{"<"};
    out.append(name).append(">").append(xml_text(text)).append("</").append(name).append(">");
    return out;
}

/// One line of the report.
std::string transaction_status(const Batch& batch, const Line& line)
{
    std::string status = has_ended(batch) ? "CANC" : "PDNG";
    if (line.state == LineState::paid) status = "ACSC";
    if (line.state == LineState::refused) status = "RJCT";
    std::string xml{"<TxInfAndSts>"};
    if (line.entry) xml += element("StsId", base::to_string(line.entry));
    xml += element("OrgnlEndToEndId",
                   line.row.own_id.empty() ? std::to_string(line.place) : line.row.own_id);
    xml += element("TxSts", status);
    for (const Fault& fault : line.row.faults) {
        xml += "<StsRsnInf><Rsn>" + element("Prtry", fault.reason.substr(0, 35)) +
               "</Rsn></StsRsnInf>";
    }
    return xml + "</TxInfAndSts>\n";
}

std::string_view group_status(const Batch& batch)
{
    if (batch.paid.lines == batch.all.lines) return "ACSC";
    if (batch.state == State::refused || batch.refused.lines == batch.all.lines) return "RJCT";
    return has_ended(batch) ? "PART" : "PDNG";
}

/// Two made-up people; the check digits are of nobody's number.
using Sample = std::vector<std::vector<std::string>>;
Sample sample_rows(std::string_view language)
{
    if (!is_chinese(language)) {
        return {{"Employee number", "Account number", "Name", "Amount", "Reference"},
                {"0001", "990101000000001X", "Zhang San", "8500.00", "November wages"},
                {"0002", "990101000000002X", "Li Si", "9200.50", "November wages"}};
    }
    return {{"工号", "账号", "姓名", "实发工资", "备注"},
            {"0001", "990101000000001X", "张三", "8500.00", "11月工资"},
            {"0002", "990101000000002X", "李四", "9200.50", "11月工资"}};
}

}  // namespace

std::string errors_csv(Snapshot& snapshot, Batches& batches, const Batch& batch,
                       std::string_view language, const Words& words)
{
    std::string out{mark};
    const bool chinese = is_chinese(language);
    using Line7 = std::array<std::string, 7>;
    append_line(out, chinese ? Line7{"行号", "工号", "账号", "姓名", "金额", "备注", "问题"}
                             : Line7{"Line", "Own id", "Account number", "Name", "Amount",
                                     "Reference", "What is wrong"});
    for_lines(snapshot, batches, batch, LineState::refused, [&](const Line& line) {
        append_line(out, Line7{std::to_string(line.place), line.row.own_id, line.row.account,
                               line.row.name, line.row.amount, line.row.reference,
                               reasons_text(line.row.faults, language, words)});
    });
    return out;
}

std::string result_csv(Snapshot& snapshot, Batches& batches, const Batch& batch,
                       std::string_view language, const Words& words)
{
    std::string out{mark};
    const bool chinese = is_chinese(language);
    using Line10 = std::array<std::string, 10>;
    append_line(out, chinese ? Line10{"行号", "工号", "账号", "姓名", "金额", "备注", "结果",
                                      "问题", "流水号", "时间"}
                             : Line10{"Line", "Own id", "Account number", "Name", "Amount",
                                      "Reference", "Outcome", "What is wrong", "Entry", "Time"});
    for_lines(snapshot, batches, batch, std::nullopt, [&](const Line& line) {
        append_line(out, Line10{std::to_string(line.place), line.row.own_id, line.row.account,
                                line.row.name, line.row.amount, line.row.reference,
                                state_text(batch, line, language),
                                reasons_text(line.row.faults, language, words),
                                line.entry ? base::to_string(line.entry) : std::string{},
                                line.paid_at ? base::to_string(*line.paid_at) : std::string{}});
    });
    return out;
}

std::string status_report(Snapshot& snapshot, Batches& batches, const Batch& batch,
                          base::Instant now)
{
    std::string xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document "
        "xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.11\"><CstmrPmtStsRpt><GrpHdr>" +
        element("MsgId", base::to_string(batch.id)) + element("CreDtTm", base::to_string(now)) +
        "</GrpHdr><OrgnlGrpInfAndSts>" +
        element("OrgnlMsgId", batches.message_id(snapshot, batch)) +
        element("OrgnlMsgNmId", batch.format == Format::pain_001 ? "pain.001" : "batch") +
        element("OrgnlNbOfTxs", std::to_string(batch.all.lines)) +
        element("OrgnlCtrlSum", base::to_decimal({batch.all.minor_units, batch.unit})) +
        element("GrpSts", group_status(batch)) + "</OrgnlGrpInfAndSts>\n";
    std::optional<std::string> group;
    for_lines(snapshot, batches, batch, std::nullopt, [&](const Line& line) {
        const std::string& of = line.row.group.empty() ? base::to_string(batch.id) : line.row.group;
        if (!group || *group != of) {
            if (group) xml += "</OrgnlPmtInfAndSts>";
            xml += "<OrgnlPmtInfAndSts>" + element("OrgnlPmtInfId", of) + "\n";
            group = of;
        }
        xml += transaction_status(batch, line);
    });
    if (group) xml += "</OrgnlPmtInfAndSts>";
    return xml + "</CstmrPmtStsRpt></Document>\n";
}

std::string sample_csv(std::string_view language)
{
    std::string out{mark};
    for (const auto& row : sample_rows(language)) append_line(out, row);
    return out;
}

std::string sample_workbook(std::string_view language)
{
    return platform::spreadsheet::write_sheet(is_chinese(language) ? "工资" : "Wages",
                                              sample_rows(language));
}

std::string sample_pain(std::string_view debtor_name, std::string_view debtor_number,
                        base::Instant now)
{
    const std::string time = base::to_string(now);
    const auto account = [](std::string_view tag, std::string_view number) {
        return "<" + std::string{tag} + "><Id><Othr>" + element("Id", number) + "</Othr></Id></" +
               std::string{tag} + ">";
    };
    std::string xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document "
        "xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n<CstmrCdtTrfInitn>\n<GrpHdr>" +
        element("MsgId", "WAGES-1") + element("CreDtTm", time) + element("NbOfTxs", "2") +
        element("CtrlSum", "17700.50") + "<InitgPty>" + element("Nm", debtor_name) +
        "</InitgPty></GrpHdr>\n<PmtInf>" + element("PmtInfId", "WAGES-1-1") +
        element("PmtMtd", "TRF") + element("NbOfTxs", "2") + element("CtrlSum", "17700.50") +
        "<ReqdExctnDt>" + element("Dt", time.substr(0, 10)) + "</ReqdExctnDt>\n<Dbtr>" +
        element("Nm", debtor_name) + "</Dbtr>" + account("DbtrAcct", debtor_number) +
        "<DbtrAgt><FinInstnId><Othr>" + element("Id", "NOTPROVIDED") +
        "</Othr></FinInstnId></DbtrAgt>\n";
    for (const auto& [id, number, name, amount] :
         std::initializer_list<std::array<std::string_view, 4>>{
             {"0001", "990101000000001X", "张三", "8500.00"},
             {"0002", "990101000000002X", "李四", "9200.50"}}) {
        xml += "<CdtTrfTxInf><PmtId>" + element("EndToEndId", id) +
               "</PmtId><Amt><InstdAmt Ccy=\"CNY\">" + std::string{amount} +
               "</InstdAmt></Amt><Cdtr>" + element("Nm", name) + "</Cdtr>" +
               account("CdtrAcct", number) + "<RmtInf>" + element("Ustrd", "11月工资") +
               "</RmtInf></CdtTrfTxInf>\n";
    }
    return xml + "</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n";
}

}  // namespace bank::batch
