// SPDX-License-Identifier: Apache-2.0
#include <bank/statement/verification.h>

#include <bank/account/number.h>
#include <bank/customer/mask.h>
#include <bank/payment/short_code.h>

namespace bank::statement {

namespace {

std::string tidied(std::string_view number)
{
    std::string text;
    for (const char c : number) {
        if (c == ' ') continue;
        text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return text;
}

/// The id behind the hyphen of a number; 0 where there is none.
std::uint64_t id_in(std::string_view number)
{
    const auto hyphen = number.find('-');
    if (hyphen == std::string_view::npos) return 0;
    const auto id = base::parse_id_text(number.substr(hyphen + 1));
    return id ? id.value() : 0;
}

std::optional<Genuine> verified_certificate(platform::sql::Snapshot& snapshot,
                                            account::Accounts& accounts, payment::People& people,
                                            const platform::crypto::Hmac& key,
                                            std::string_view number, std::string_view code)
{
    const auto found = find_certificate(snapshot, CertificateId{id_in(number)});
    if (!found || number_of(found.value()) != number ||
        !payment::same_code(code, code_of(key, found.value()))) {
        return std::nullopt;
    }
    const auto account = accounts.account(snapshot, found.value().account);
    if (!account) return std::nullopt;
    const auto today = accounts.business_date(accounts.ledger().clock().now());
    return Genuine{.receipt = {},
                   .issue = {},
                   .holder = customer::masked_name(people.name(snapshot, account.value().holder)),
                   .account_number = account::masked_number(account.value().number),
                   .certificate = found.value(),
                   .standing = standing_of(found.value(), today)};
}

}  // namespace

std::optional<Genuine> verify(platform::sql::Snapshot& snapshot, account::Accounts& accounts,
                              payment::People& people, payment::Transfers& transfers,
                              const platform::crypto::Hmac& key, std::string_view number,
                              std::string_view code)
{
    const std::string wanted = tidied(number);
    const std::uint64_t id = id_in(wanted);
    if (id == 0) return std::nullopt;
    if (wanted.starts_with('D'))
        return verified_certificate(snapshot, accounts, people, key, wanted, code);
    if (wanted.starts_with('S')) {
        const auto issue = find_issue(snapshot, accounts, DocumentId{id});
        if (!issue || number_of(issue.value()) != wanted ||
            !payment::same_code(code, code_of(key, issue.value()))) {
            return std::nullopt;
        }
        const auto account = accounts.account(snapshot, issue.value().account);
        if (!account) return std::nullopt;
        return Genuine{{},
                       issue.value(),
                       customer::masked_name(people.name(snapshot, account.value().holder)),
                       account::masked_number(account.value().number)};
    }
    const auto entry = accounts.ledger().entry(snapshot, payment::EntryId{id});
    if (!entry || entry.value().legs.empty()) return std::nullopt;
    const auto payer = accounts.account(snapshot, entry.value().legs.front().account);
    if (!payer) return std::nullopt;
    auto transfer = transfers.transfer(snapshot, payer.value().holder, payment::EntryId{id});
    if (!transfer || transfer.value().receipt_number != wanted ||
        !payment::same_code(code, transfer.value().verification_code)) {
        return std::nullopt;
    }
    return Genuine{std::move(transfer).value(), {}, {}, {}};
}

}  // namespace bank::statement
