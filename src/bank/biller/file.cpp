// SPDX-License-Identifier: Apache-2.0
// The file of a biller's day.
#include <bank/biller/sheets.h>

#include <bank/biller/internal/payees.h>
#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>

namespace bank::biller {

namespace {

constexpr std::size_t part_bytes = 24'000;  // A question to a partner stays well under its limit.
constexpr int payments_at_once = 1'000;

/// RFC 4180: in quotes where it must be.
std::string field(std::string_view text)
{
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

class Writer {
public:
    Writer(std::string_view institution, std::string_view biller, base::Date day)
    {
        file_.text = "#yungui-biller-file,1," + std::string{institution} + "," +
                     std::string{biller} + "," + base::to_string(day) + ",CNY\n" +
                     "payment,item,reference,receipt,amount,paid_at\n";
    }

    void add(const bill::Paid& one)
    {
        file_.text += base::to_string(one.id) + "," + one.item + "," + field(one.reference) + "," +
                      field(one.biller_receipt) + "," + base::to_decimal(one.amount) + "," +
                      base::to_string(one.at) + "\n";
        ++file_.count;
        file_.minor_units += one.amount.minor_units;
    }

    File end()
    {
        file_.text += "#end," + std::to_string(file_.count) + "," +
                      base::to_decimal({file_.minor_units, {"CNY", 2}}) + "\n";
        file_.digest = platform::crypto::to_hex(
            platform::crypto::sha256(platform::crypto::as_bytes(file_.text)));
        return std::move(file_);
    }

private:
    File file_;
};

}  // namespace

File file_of(std::string_view institution, std::string_view biller, base::Date day,
             const std::vector<bill::Paid>& payments)
{
    Writer writer{institution, biller, day};
    for (const auto& one : payments) writer.add(one);
    return writer.end();
}

File make_file(platform::sql::Snapshot& snapshot, std::string_view institution,
               std::string_view biller, base::Date day)
{
    Writer writer{institution, biller, day};
    for (bill::BillId after;;) {
        const auto some = internal::paid_on(snapshot, biller, day, after, payments_at_once);
        for (const auto& one : some) writer.add(one);
        if (some.size() < payments_at_once) return writer.end();
        after = some.back().id;
    }
}

std::vector<std::string_view> parts_of(std::string_view file)
{
    std::vector<std::string_view> parts;
    while (file.size() > part_bytes) {
        const auto cut = file.rfind('\n', part_bytes - 1) + 1;  // No line is as long as a part.
        parts.push_back(file.substr(0, cut));
        file.remove_prefix(cut);
    }
    parts.push_back(file);
    return parts;
}

}  // namespace bank::biller
