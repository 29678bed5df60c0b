// SPDX-License-Identifier: Apache-2.0
#include <bench/transfer_bank.h>

#include <server/products.h>

namespace bench {

TransferBank::TransferBank(const std::filesystem::path& source_root,
                           const std::filesystem::path& data)
{
    house_ = must(server::House::open({.source_root = source_root,
                                       .bank_folder = source_root / "banks/demo",
                                       .data_folder = data,
                                       .sandbox = false}));
    const auto& bank = house_->bank();
    const auto& table = bank.decisions.at("payment-proof");
    proof_table_.emplace(must(engine::dmn::load(table.text, table.file)));
    proof_desk_.emplace(*house_->authentication);
    std::vector<std::string> urls;
    for (const auto& partner : bank.partners) urls.push_back(partner.url);
    const server::Shared shared{
        *house_,     client_,     metrics_,   sanctions_, *proof_desk_,   *proof_table_, live_,
        background_, background_, directory_, mail_,      payment_rules_, payout_rules_};
    institution_ = must(server::Institution::open(shared, bank.institutions.front(), urls));
}

bank::account::Product TransferBank::product() const
{
    return server::account_product(house_->bank().products.at("class-1"));
}

}  // namespace bench
