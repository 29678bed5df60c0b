// SPDX-License-Identifier: Apache-2.0
#include <bank/biller/internal/payees.h>

#include <bank/biller/sheets.h>
#include <bank/wallet/wallets.h>

namespace bank::biller {

namespace {

constexpr std::string_view wallet_prefix = "wallet/";

}  // namespace

std::string payee_of_wallet(std::string_view provider)
{
    return std::string{wallet_prefix} + std::string{provider};
}

std::string_view provider_in(std::string_view biller)
{
    return biller.starts_with(wallet_prefix) ? biller.substr(wallet_prefix.size())
                                             : std::string_view{};
}

std::vector<bill::Paid> internal::paid_on(platform::sql::Snapshot& snapshot,
                                          std::string_view biller, base::Date day,
                                          bill::BillId after, int limit)
{
    const auto provider = provider_in(biller);
    if (provider.empty()) return bill::paid_on(snapshot, biller, day, after, limit);
    std::vector<bill::Paid> found;
    for (auto& one : wallet::passed_on(snapshot, provider, day, after.value, limit)) {
        found.push_back({.id = bill::BillId{one.payment},
                         .item = std::string{biller},
                         .reference = one.reference,
                         .biller_receipt = one.reference,
                         .amount = one.amount,
                         .at = one.at,
                         .day = day});
    }
    return found;
}

}  // namespace bank::biller
