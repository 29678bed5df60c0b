// SPDX-License-Identifier: Apache-2.0
#include <server/wallet_desk.h>

#include <bank/customer/person.h>
#include <bank/payment/refusals.h>
#include <platform/log/log.h>

namespace server {

namespace wallet = bank::wallet;
namespace partner = bank::partner;
namespace payment = bank::payment;
namespace sql = platform::sql;
using base::Result;
using platform::json::Object;

namespace {

constexpr std::int64_t wallet_patience_seconds = 60;
constexpr int wallets_at_once = 100;

}  // namespace

WalletDesk::WalletDesk(Parts parts) : parts_(std::move(parts))
{
    parts_.partners.on_answer("wallet-bind", [this](auto& transaction, const auto& answer) {
        return bind_answered(transaction, answer);
    });
    parts_.partners.on_answer("wallet-unbind", [this](auto& transaction, const auto& answer) {
        return unbind_answered(transaction, answer);
    });
    parts_.partners.on_answer("wallet-debit", [this](auto& transaction, const auto& answer) {
        return withdrawal_answered(transaction, answer);
    });
}

/// What its state asks of the provider. The same question each time: it acts once.
Result<void> WalletDesk::ask(sql::Transaction& transaction, const wallet::Link& link)
{
    const auto* provider = parts_.directory.find(link.provider);
    if (provider == nullptr || provider->wallet_partner.empty())
        return base::not_found("wallet.provider_unknown", "there is no such wallet any more");
    const auto phone = bank::customer::read_field(transaction, parts_.vault, link.person,
                                                  bank::customer::field::phone);
    Object content{{"link", to_string(link.id)}, {"phone", phone ? phone.value() : std::string{}}};
    const bool binds = link.state == wallet::State::asking;
    if (binds) content.set("name", parts_.people.name(transaction, link.person));
    TRY(parts_.partners.ask(
        transaction, {provider->wallet_partner, binds ? "wallet-bind" : "wallet-unbind",
                      to_string(link.id) + (binds ? ".bind" : ".unbind"), std::move(content)}));
    return {};
}

Result<wallet::Link> WalletDesk::bind(const wallet::Plan& plan, std::uint64_t proof)
{
    return parts_.book.write([&](sql::Transaction& transaction) -> Result<wallet::Link> {
        auto link = TRY(parts_.wallets.bind(transaction, plan, proof));
        TRY(ask(transaction, link));
        return link;
    });
}

Result<wallet::Link> WalletDesk::unbind(bank::customer::CustomerId person, wallet::LinkId id)
{
    return parts_.book.write([&](sql::Transaction& transaction) -> Result<wallet::Link> {
        auto link = TRY(parts_.wallets.unbind(transaction, person, id));
        if (link.state == wallet::State::unbound) TRY(ask(transaction, link));
        return link;
    });
}

/// The same question each time, named by the withdrawal: it acts once.
Result<void> WalletDesk::ask_for(sql::Transaction& transaction,
                                 const wallet::Withdrawal& withdrawal)
{
    const auto* provider = parts_.directory.find(withdrawal.provider);
    if (provider == nullptr || provider->wallet_partner.empty())
        return base::not_found("wallet.provider_unknown", "there is no such wallet any more");
    const auto phone = bank::customer::read_field(transaction, parts_.vault, withdrawal.person,
                                                  bank::customer::field::phone);
    const auto day = parts_.accounts.business_date(transaction.now());
    TRY(parts_.partners.ask(
        transaction,
        {provider->wallet_partner, "wallet-debit", to_string(withdrawal.id) + ".withdraw",
         Object{{"link", to_string(withdrawal.link)},
                {"phone", phone ? phone.value() : std::string{}},
                {"reference", to_string(withdrawal.id)},
                {"amount", base::to_decimal(withdrawal.amount)},
                {"currency", std::string{withdrawal.amount.currency.code}},
                {"day", base::to_string(day)}}}));
    return {};
}

Result<wallet::Withdrawal> WalletDesk::withdraw(bank::customer::CustomerId person,
                                                wallet::LinkId id, base::Money amount,
                                                std::string_view key)
{
    const payment::Asked asked{"withdrawal", person, key,
                               bank::ledger::content_of({to_string(id), base::to_decimal(amount),
                                                         std::string{amount.currency.code}})};
    const auto attempt = [&] {
        return parts_.book.write([&](sql::Transaction& transaction) -> Result<wallet::Withdrawal> {
            TRY(payment::not_refused(parts_.accounts.ledger(), transaction, asked));
            auto made = TRY(parts_.withdrawals.request(transaction, person, id, amount, key));
            if (made.state != wallet::WithdrawalState::requested) return made;
            made = TRY(parts_.withdrawals.mark_sent(transaction, made.id));
            TRY(ask_for(transaction, made));
            return made;
        });
    };
    return payment::answered_for_ever(parts_.book, parts_.accounts, asked, attempt,
                                      [&](sql::Transaction& transaction) {
                                          return parts_.withdrawals.known(transaction, person, key);
                                      });
}

/// The provider's word on a withdrawal. Silence is no answer: it is asked again until it speaks.
Result<void> WalletDesk::withdrawal_answered(sql::Transaction& transaction,
                                             const partner::Answer& answer)
{
    if (answer.status == "timeout") return {};
    const auto id = TRY(base::parse_id<wallet::WithdrawalId>(
        answer.correlation.substr(0, answer.correlation.find('.'))));
    if (answer.status == "paid") {
        TRY(parts_.withdrawals.credited(transaction, id, answer.content["reference"].text_or()));
        return {};
    }
    const std::string_view said = answer.content["reason"].text_or(answer.status);
    // Words of their own: the same reason of a bank or a biller speaks of another thing.
    const std::string_view reason = said == "no_funds"    ? "wallet.no_funds"
                                    : said == "not_bound" ? "wallet.unbound_there"
                                    : said == "unknown"   ? "wallet.unknown_phone"
                                                          : "wallet.withdrawal_refused";
    TRY(parts_.withdrawals.failed(transaction, id, reason));
    return {};
}

/// Silence is no answer: the provider may have bound it, and is asked again.
Result<void> WalletDesk::bind_answered(sql::Transaction& transaction, const partner::Answer& answer)
{
    if (answer.status == "timeout") return {};
    const auto id = TRY(
        base::parse_id<wallet::LinkId>(answer.correlation.substr(0, answer.correlation.find('.'))));
    const auto number =
        answer.status == "bound" ? answer.content["number"].text_or() : std::string_view{};
    const std::string_view reason = answer.status == "unknown"    ? "wallet.unknown_phone"
                                    : answer.status == "mismatch" ? "wallet.another_holder"
                                                                  : "wallet.refused";
    return parts_.wallets.answered(transaction, id, number,
                                   number.empty() ? reason : std::string_view{});
}

Result<void> WalletDesk::unbind_answered(sql::Transaction& transaction,
                                         const partner::Answer& answer)
{
    if (answer.status == "timeout") return {};
    const auto id = TRY(
        base::parse_id<wallet::LinkId>(answer.correlation.substr(0, answer.correlation.find('.'))));
    parts_.wallets.told(transaction, id);
    return {};
}

void WalletDesk::ask_again_for_withdrawals(base::Instant before)
{
    const auto waiting = parts_.book.read([&](sql::Snapshot& snapshot) {
        return parts_.withdrawals.unfinished(snapshot, before, wallets_at_once);
    });
    for (const auto& one : waiting) {
        const auto asked = parts_.book.write([&](sql::Transaction& transaction) -> Result<void> {
            const auto sent = parts_.withdrawals.mark_sent(transaction, one.id);
            if (!sent) return {};  // Answered meanwhile.
            return ask_for(transaction, sent.value());
        });
        if (!asked) {
            platform::log::warning(
                "wallet.withdrawal_not_asked",
                {{"withdrawal", to_string(one.id)}, {"reason", asked.error().reason}});
        }
    }
}

void WalletDesk::tick()
{
    const auto now = parts_.book.clock().now();
    ask_again_for_withdrawals(base::after_seconds(now, -wallet_patience_seconds));
    const auto waiting = parts_.book.read([&](sql::Snapshot& snapshot) {
        return parts_.wallets.waiting(snapshot, base::after_seconds(now, -wallet_patience_seconds),
                                      wallets_at_once);
    });
    for (const auto& link : waiting) {
        const auto asked = parts_.book.write([&](sql::Transaction& transaction) -> Result<void> {
            parts_.wallets.touch(transaction, link.id);
            return ask(transaction, link);
        });
        if (!asked) {
            platform::log::warning("wallet.not_asked", {{"wallet", to_string(link.id)},
                                                        {"reason", asked.error().reason}});
        }
    }
}

}  // namespace server
