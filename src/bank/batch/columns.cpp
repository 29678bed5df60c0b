// SPDX-License-Identifier: Apache-2.0
#include <bank/batch/internal/columns.h>

#include <algorithm>
#include <cctype>

namespace bank::batch::internal {

namespace {

struct Alias {
    std::string_view word;
    Column column;
};

/// Lower case, without blanks; Chinese as payrolls of employers and other banks' templates say it.
constexpr Alias aliases[] = {{"account", Column::account},
                             {"accountnumber", Column::account},
                             {"accountno", Column::account},
                             {"accountno.", Column::account},
                             {"cardnumber", Column::account},
                             {"账号", Column::account},
                             {"帐号", Column::account},
                             {"卡号", Column::account},
                             {"银行账号", Column::account},
                             {"银行卡号", Column::account},
                             {"收款账号", Column::account},
                             {"收款人账号", Column::account},
                             {"工资账号", Column::account},
                             {"工资卡号", Column::account},
                             {"name", Column::name},
                             {"accountname", Column::name},
                             {"payee", Column::name},
                             {"payeename", Column::name},
                             {"employee", Column::name},
                             {"employeename", Column::name},
                             {"姓名", Column::name},
                             {"户名", Column::name},
                             {"员工姓名", Column::name},
                             {"收款人", Column::name},
                             {"收款户名", Column::name},
                             {"收款人姓名", Column::name},
                             {"收款人户名", Column::name},
                             {"amount", Column::amount},
                             {"netpay", Column::amount},
                             {"netamount", Column::amount},
                             {"wage", Column::amount},
                             {"salary", Column::amount},
                             {"金额", Column::amount},
                             {"金额(元)", Column::amount},
                             {"金额（元）", Column::amount},
                             {"工资", Column::amount},
                             {"实发工资", Column::amount},
                             {"实发金额", Column::amount},
                             {"实发", Column::amount},
                             {"应付金额", Column::amount},
                             {"reference", Column::reference},
                             {"remark", Column::reference},
                             {"note", Column::reference},
                             {"purpose", Column::reference},
                             {"备注", Column::reference},
                             {"摘要", Column::reference},
                             {"附言", Column::reference},
                             {"用途", Column::reference},
                             {"currency", Column::currency},
                             {"币种", Column::currency},
                             {"employeenumber", Column::own_id},
                             {"employeeno", Column::own_id},
                             {"staffnumber", Column::own_id},
                             {"id", Column::own_id},
                             {"工号", Column::own_id},
                             {"编号", Column::own_id}};

constexpr std::string_view names[] = {"account", "name", "amount"};

std::string plain(std::string_view word)
{
    std::string out;
    for (const char c : trimmed(word)) {
        if (c == ' ' || c == '_' || c == '\t' || c == '\n' || c == '\r') continue;
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return out;
}

}  // namespace

std::string_view trimmed(std::string_view text)
{
    // U+3000 and U+00A0 are what tables of Chinese and web origin have for blanks.
    const auto cut = [&](bool front) {
        for (const std::string_view blank : {" ", "\t", "\r", "\n", "\u3000", "\u00A0"}) {
            if (front && text.starts_with(blank)) return text.remove_prefix(blank.size()), true;
            if (!front && text.ends_with(blank)) return text.remove_suffix(blank.size()), true;
        }
        return false;
    };
    while (cut(true)) continue;
    while (cut(false)) continue;
    return text;
}

base::Result<Columns> Columns::read(const std::vector<std::string>& header)
{
    Columns columns;
    for (std::size_t i = 0; i < header.size(); ++i) {
        const std::string word = plain(header[i]);
        const auto* found =
            std::ranges::find_if(aliases, [&](const Alias& alias) { return alias.word == word; });
        if (found == std::end(aliases)) continue;
        auto& place = columns.places_[static_cast<std::size_t>(found->column)];
        if (place) {
            return base::invalid("batch.header_twice", "two columns stand for the same: " +
                                                           header[*place] + ", " + header[i]);
        }
        place = i;
    }
    std::string missing;
    for (std::size_t i = 0; i < std::size(names); ++i) {
        if (!columns.places_[i]) missing += (missing.empty() ? "" : ", ") + std::string{names[i]};
    }
    if (!missing.empty()) {
        return base::invalid("batch.header_missing",
                             "the first line must name the columns; missing: " + missing);
    }
    return columns;
}

std::string_view Columns::field(const std::vector<std::string>& fields, Column column) const
{
    const auto at = place(column);
    return at && *at < fields.size() ? trimmed(fields[*at]) : std::string_view{};
}

Row row_of(const Columns& columns, const std::vector<std::string>& fields, int place)
{
    const auto text = [&](Column column) { return std::string{columns.field(fields, column)}; };
    return {.place = place,
            .account = text(Column::account),
            .name = text(Column::name),
            .amount = text(Column::amount),
            .currency = text(Column::currency),
            .reference = text(Column::reference),
            .own_id = text(Column::own_id),
            .group = {},
            .faults = {}};
}

}  // namespace bank::batch::internal
