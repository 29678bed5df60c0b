// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/internal/bank_files.h>

#include <algorithm>
#include <set>

namespace bank::catalog::internal {

namespace {

constexpr base::Currency yuan{"CNY", 2};

bool is_digits(const std::string& text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

OtherBank::Wallet read_wallet(const Node& node, std::vector<Finding>& findings)
{
    Fields fields{node, findings};
    return {fields.text("partner"), fields.money("per_payment", yuan),
            fields.money("per_day", yuan)};
}

OtherBank read_other_bank(const Node& node, std::vector<Finding>& findings)
{
    Fields fields{node, findings};
    OtherBank bank{.code = fields.text("code"),
                   .clearing_code = fields.text("clearing_code"),
                   .name = fields.languages("name"),
                   .prefixes = fields.texts("prefixes"),
                   .credit_cards = fields.texts("credit_cards"),
                   .words = fields.texts("words"),
                   .wallet = {}};
    if (bank.clearing_code.size() != 8 && bank.clearing_code.size() != 11)
        fields.fault("clearing_code", "must have 8 or 11 characters");
    if (bank.prefixes.empty()) fields.fault("prefixes", "must hold a prefix");
    if (!std::all_of(bank.prefixes.begin(), bank.prefixes.end(), is_digits))
        fields.fault("prefixes", "must hold digits only");
    if (!std::all_of(bank.credit_cards.begin(), bank.credit_cards.end(), is_digits))
        fields.fault("credit_cards", "must hold digits only");
    if (const Node* wallet = fields.node("wallet")) bank.wallet = read_wallet(*wallet, findings);
    return bank;
}

/// HH:MM as minutes since midnight.
std::optional<int> minutes_of(const std::string& text)
{
    if (text.size() != 5 || text[2] != ':' || !is_digits(text.substr(0, 2)) ||
        !is_digits(text.substr(3)))
        return {};
    const int hour = std::stoi(text.substr(0, 2));
    const int minute = std::stoi(text.substr(3));
    if (hour > 23 || minute > 59) return {};
    return hour * 60 + minute;
}

}  // namespace

void read_other_banks(const Node& root, Bank& bank, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    std::set<std::string> codes;
    for (const Node& node : fields.items("banks", true)) {
        auto one = read_other_bank(node, findings);
        for (const auto& code : {one.code, one.clearing_code}) {
            if (!codes.insert(code).second) add(findings, node, "\"" + code + "\" is given twice");
        }
        bank.other_banks.push_back(std::move(one));
    }
}

void read_payment_rules(const Node& root, Bank& bank, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    PaymentRules rules;
    const auto number = [&](std::string_view name, int most, int& into) {
        into = static_cast<int>(fields.integer(name, 1, most));
    };
    if (const auto at = minutes_of(fields.text("at"))) {
        rules.minute_of_day = *at;
    } else {
        fields.fault("at", "must be a time of day like 08:00");
    }
    number("delayed_hours", 720, rules.delayed_hours);
    number("attempts", 20, rules.attempts);
    number("retry_minutes", 1440, rules.retry_minutes);
    number("furthest_days", 36600, rules.furthest_days);
    if (const Node* node = fields.node("notice")) {
        Fields notice{*node, findings};
        rules.notice = {notice.money("from", yuan),
                        static_cast<int>(notice.integer("days", 1, 365))};
    }
    bank.payment_rules = rules;
}

void read_payouts(const Node& root, Bank& bank, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    Payouts payouts{.approve_from = fields.money("approve_from", yuan), .accounts = {}};
    for (const Node& node : fields.items("accounts")) {
        Fields account{node, findings};
        auto& made =
            payouts.accounts.emplace_back(Payouts::Account{.payee = account.text("payee"),
                                                           .bank = account.text("bank"),
                                                           .number = account.text("number"),
                                                           .name = account.text("name")});
        const bool known =
            bank.institution(made.bank) != nullptr ||
            std::any_of(bank.other_banks.begin(), bank.other_banks.end(),
                        [&](const OtherBank& each) { return each.code == made.bank; });
        if (!known) account.fault("bank", "names no bank of bank-directory.yaml");
        if (!is_digits(made.number) || made.number.size() < 8 || made.number.size() > 34)
            account.fault("number", "must have 8 to 34 digits");
    }
    bank.payouts = std::move(payouts);
}

}  // namespace bank::catalog::internal
