// SPDX-License-Identifier: Apache-2.0
#include <bank/statement/internal/words.h>

#include <base/ensure.h>

#include <algorithm>

namespace bank::statement::internal {

namespace {

struct Words {
    std::string_view key;
    std::string_view zh;
    std::string_view en;
};

constexpr Words labels[] = {
    {"statement", "账户对账单", "Account statement"},
    {"receipt", "电子回单", "Payment receipt"},
    {"holder", "户名", "Account holder"},
    {"account", "账号", "Account number"},
    {"period", "期间", "Period"},
    {"to", "至", "to"},
    {"currency", "币种", "Currency"},
    {"opening", "期初余额", "Opening balance"},
    {"closing", "期末余额", "Closing balance"},
    {"total_in", "收入合计", "Total in"},
    {"total_out", "支出合计", "Total out"},
    {"entries", "笔数", "Entries"},
    {"made", "出具时间", "Made on"},
    {"number", "编号", "Number"},
    {"code", "验证码", "Verification code"},
    {"verify", "扫码或在网页输入编号与验证码，可核验真伪",
     "Scan, or enter number and code on the page, to have it verified"},
    {"page", "第 %d 页", "Page %d"},
    {"date", "记账日期", "Date"},
    {"time", "时间", "Time"},
    {"kind", "摘要", "Kind"},
    {"in", "收入", "In"},
    {"out", "支出", "Out"},
    {"balance", "余额", "Balance"},
    {"counterparty", "对方户名", "Counterparty"},
    {"purpose", "用途", "Purpose"},
    {"reference", "流水号", "Reference"},
    {"nothing", "本期间没有收支。", "Nothing came in or went out in this period."},
    {"end", "—— 对账单结束 ——", "— End of the statement —"},
    {"payer_account", "付款账号", "From account"},
    {"payee", "收款人", "Payee"},
    {"payee_account", "收款账号", "To account"},
    {"amount", "金额", "Amount"},
    {"paid_at", "付款时间", "Paid at"},
    {"paid", "付款成功", "Paid"},
    {"certificate", "个人存款证明书", "Certificate of deposit balance"},
    {"certificate_text",
     "兹证明下述客户在我行的账户中存有下列款项。该款项在证明期内冻结，客户不能支取。",
     "This is to certify that the customer named below holds the following amount with us. It is "
     "blocked for the period of this certificate and cannot be drawn by the customer."},
    {"certificate_from", "证明期自", "Valid from"},
    {"certificate_until", "证明期至（含当日）", "Valid until (included)"},
    {"certificate_note",
     "本证明书不得转让、质押或挂失。是否仍然有效，请扫描页脚的二维码，或在网页输入编号与验证码核验"
     "。",
     "This certificate cannot be transferred or pledged. Whether it still holds is told by the "
     "code "
     "at the foot of this page, or by number and code on the bank's page."},
    {"certificate_seal", "电子印章", "Electronic seal"},
};

constexpr Words kinds[] = {
    {"transfer", "转账", "Transfer"},
    {"top-up", "绑定账户转入", "Top-up"},
    {"opening", "开户存入", "Opening"},
    {"reversal", "冲正", "Correction"},
    {"interest", "结息", "Interest"},
    {"fee", "账户费用", "Account fee"},
    {"wages", "工资", "Wages"},
    {"wallet", "钱包支付", "Wallet payment"},
    {"withdrawal", "钱包提现", "From a wallet"},
    {"outgoing", "跨行转出", "To another bank"},
    {"incoming", "他行转入", "From another bank"},
    {"returned", "退回", "Came back"},
    {"allowance", "助学补贴", "Allowance"},
    {"school-fee", "学费", "School fee"},
    {"housing-fund", "公积金提取", "Housing fund"},
    {"other", "其他", "Other"},
};

std::string_view in(const Words& words, std::string_view language)
{
    return language == "en" ? words.en : words.zh;
}

}  // namespace

std::string_view label(std::string_view key, std::string_view language)
{
    const auto* found = std::find_if(std::begin(labels), std::end(labels),
                                     [&](const Words& words) { return words.key == key; });
    base::ensure(found != std::end(labels));
    return in(*found, language);
}

std::string_view kind_label(std::string_view kind, std::string_view language)
{
    const auto* found = std::find_if(std::begin(kinds), std::end(kinds) - 1,
                                     [&](const Words& words) { return words.key == kind; });
    return in(*found, language);
}

std::string grouped(base::Money amount)
{
    std::string text = base::to_decimal(amount);
    const std::size_t begin = text.starts_with('-') ? 1 : 0;
    std::size_t place = std::min(text.find('.'), text.size());
    while (place > begin + 3) text.insert(place -= 3, ",");
    return text;
}

std::string in_fours(std::string_view number)
{
    std::string text;
    for (std::size_t i = 0; i < number.size(); ++i) {
        if (i > 0 && i % 4 == 0) text += ' ';
        text += number[i];
    }
    return text;
}

std::string local_time(base::Instant instant, int utc_offset_minutes)
{
    const auto shifted =
        base::to_string(base::after_seconds(instant, std::int64_t{60} * utc_offset_minutes));
    return shifted.substr(0, 10) + " " + shifted.substr(11, 8);
}

std::string reference(base::Date day, std::string_view id)
{
    std::string text = base::to_string(day);
    std::erase(text, '-');
    return text + "-" + std::string{id};
}

}  // namespace bank::statement::internal
