// SPDX-License-Identifier: Apache-2.0
#include <bank/statement/writer.h>

namespace bank::statement {

std::string_view to_string(Format format)
{
    constexpr std::string_view names[] = {"pdf", "csv", "camt053"};
    return names[static_cast<std::size_t>(format)];
}

std::string_view media_type(Format format)
{
    constexpr std::string_view types[] = {"application/pdf", "text/csv; charset=utf-8",
                                          "application/xml"};
    return types[static_cast<std::size_t>(format)];
}

std::string_view file_ending(Format format)
{
    constexpr std::string_view endings[] = {"pdf", "csv", "xml"};
    return endings[static_cast<std::size_t>(format)];
}

std::unique_ptr<Writer> writer(Format format, const Head& head)
{
    switch (format) {
        case Format::csv:
            return csv_writer(head);
        case Format::camt053:
            return camt053_writer(head);
        default:
            return pdf_writer(head);
    }
}

}  // namespace bank::statement
