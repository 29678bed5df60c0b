// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/line_reader.h>

#include <bank/customer/mask.h>
#include <platform/json/value.h>

namespace bank::payment {

namespace {

std::string_view kind_of(std::string_view kind)
{
    for (const std::string_view known :
         {"transfer", "top-up", "opening", "reversal", "interest", "fee", "wages", "bill", "wallet",
          "withdrawal", "outgoing", "incoming", "returned"}) {
        if (kind == known) return known;
    }
    return "other";
}

}  // namespace

Line LineReader::line_of(const ledger::Movement& movement)
{
    const bool in = movement.side == ledger::Side::credit;
    const Other& other = other_of(movement.other);
    const CustomerId payer = in ? other.holder : holder_;
    std::string purpose;
    if (movement.kind == "outgoing" || movement.kind == "incoming" || movement.kind == "returned")
        return outside_line(movement);
    if (!movement.details.empty() && payer) {
        purpose = people_.unseal(snapshot_, payer, movement.details);
    }
    return {movement.entry,
            kind_of(movement.kind),
            in ? account::Direction::in : account::Direction::out,
            movement.amount,
            movement.balance,
            movement.effective,
            movement.recorded_at,
            in && movement.kind == "wages" ? other.name : other.masked_name,
            std::move(purpose)};
}

/// A payment to or from another bank: who is at the other end stands in the entry, under the
/// holder's own key (bank/clearing).
Line LineReader::outside_line(const ledger::Movement& movement)
{
    std::string name;
    std::string purpose;
    const auto told = platform::json::parse(
        holder_ ? people_.unseal(snapshot_, holder_, movement.details) : std::string{});
    if (told) {
        name = customer::masked_name(told.value()["name"].text_or());
        purpose = told.value()["purpose"].text_or();
    }
    return {
        movement.entry,
        kind_of(movement.kind),
        movement.side == ledger::Side::credit ? account::Direction::in : account::Direction::out,
        movement.amount,
        movement.balance,
        movement.effective,
        movement.recorded_at,
        std::move(name),
        std::move(purpose)};
}

const LineReader::Other& LineReader::other_of(AccountId id)
{
    const auto [it, fresh] = others_.try_emplace(id);
    if (!fresh) return it->second;
    if (const auto account = accounts_.account(snapshot_, id)) {
        const auto holder = account.value().holder;
        std::string name = people_.name(snapshot_, holder);
        std::string masked = customer::masked_name(name);
        it->second = {holder, std::move(name), std::move(masked)};
    }
    return it->second;
}

CustomerId holder_of(platform::sql::Snapshot& snapshot, account::Accounts& accounts, AccountId id)
{
    const auto account = accounts.account(snapshot, id);
    return account ? account.value().holder : CustomerId{};
}

}  // namespace bank::payment
