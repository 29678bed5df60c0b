// SPDX-License-Identifier: Apache-2.0
#include <platform/spreadsheet/workbook.h>

namespace platform::spreadsheet {

namespace {

std::string escaped_text(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                // Other control characters are none of XML.
                if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
        }
    }
    return out;
}

std::string column_name(std::size_t column)
{
    std::string name;
    for (++column; column > 0; column = (column - 1) / 26) {
        name.insert(name.begin(), static_cast<char>('A' + (column - 1) % 26));
    }
    return name;
}

constexpr std::string_view head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr std::string_view main_namespace =
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view relations =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

std::string sheet_of(std::span<const std::vector<std::string>> rows)
{
    // Style 1 is the format "text" (number format 49), for the cells that a person will fill too.
    std::string xml = std::string{head} + "<worksheet xmlns=\"" + std::string{main_namespace} +
                      "\"><cols><col min=\"1\" max=\"8\" width=\"22\" style=\"1\" "
                      "customWidth=\"1\"/></cols><sheetData>";
    std::size_t number = 0;
    for (const auto& row : rows) {
        const std::string line = std::to_string(++number);
        xml += "<row r=\"" + line + "\">";
        for (std::size_t column = 0; column < row.size(); ++column) {
            xml += "<c r=\"" + column_name(column) + line + "\" s=\"1\" t=\"inlineStr\"><is><t>" +
                   escaped_text(row[column]) + "</t></is></c>";
        }
        xml += "</row>";
    }
    return xml + "</sheetData></worksheet>";
}

}  // namespace

std::string write_sheet(std::string_view name, std::span<const std::vector<std::string>> rows)
{
    const std::string package = "http://schemas.openxmlformats.org/package/2006/";
    const std::string type = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    const std::string relation{relations};
    const Part parts[] = {
        {"[Content_Types].xml",
         std::string{head} + "<Types xmlns=\"" + package +
             "content-types\"><Default Extension=\"rels\" ContentType=\"application/"
             "vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" "
             "ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" "
             "ContentType=\"" +
             type +
             "sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" "
             "ContentType=\"" +
             type + "worksheet+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"" + type +
             "styles+xml\"/></Types>"},
        {"_rels/.rels", std::string{head} + "<Relationships xmlns=\"" + package +
                            "relationships\"><Relationship Id=\"rId1\" Type=\"" + relation +
                            "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
        {"xl/workbook.xml", std::string{head} + "<workbook xmlns=\"" + std::string{main_namespace} +
                                "\" xmlns:r=\"" + relation + "\"><sheets><sheet name=\"" +
                                escaped_text(name) +
                                "\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels",
         std::string{head} + "<Relationships xmlns=\"" + package +
             "relationships\"><Relationship Id=\"rId1\" Type=\"" + relation +
             "/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"" +
             relation + "/styles\" Target=\"styles.xml\"/></Relationships>"},
        {"xl/styles.xml",
         std::string{head} + "<styleSheet xmlns=\"" + std::string{main_namespace} +
             "\"><fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
             "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill>"
             "<patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border>"
             "<left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs "
             "count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"
             "</cellStyleXfs><cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" "
             "borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" "
             "borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"},
        {"xl/worksheets/sheet1.xml", sheet_of(rows)}};
    return zip(parts);
}

}  // namespace platform::spreadsheet
