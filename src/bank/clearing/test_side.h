// SPDX-License-Identifier: Apache-2.0
// An institution's book with what payments need, for the tests of this module and of those that pay
// by it.
#pragma once

#include <bank/clearing/explain.h>
#include <bank/clearing/incoming.h>
#include <bank/clearing/outgoing.h>
#include <bank/ledger/check.h>
#include <bank/ledger/units.h>
#include <bank/payment/figures.h>
#include <bank/payment/top_up.h>
#include <platform/json/value.h>
#include <platform/sql/test_book.h>

#include <filesystem>
#include <map>

namespace bank::clearing::test {

using account::Class;
using platform::sql::Snapshot;
using platform::sql::Transaction;

inline const base::Currency cny = ledger::currency("CNY").value();

inline base::Money yuan(std::int64_t whole)
{
    return {whole * 100, cny};
}

class People final : public payment::People {
public:
    base::Result<CustomerId> by_phone(Snapshot&, std::string_view) override
    {
        return base::not_found("payment.payee_unknown", "nobody");
    }
    std::string name(Snapshot&, CustomerId person) override
    {
        const std::map<std::uint64_t, std::string> names = {
            {1, "柜立春"}, {2, "柜雨水"}, {3, "莫须有"}};
        return names.contains(person.value) ? names.at(person.value) : "";
    }
    std::string seal(CustomerId person, std::string_view text) override
    {
        return std::to_string(person.value) + ":" + std::string{text};
    }
    std::string unseal(Snapshot&, CustomerId person, std::string_view sealed) override
    {
        const std::string head = std::to_string(person.value) + ":";
        return sealed.starts_with(head) ? std::string{sealed.substr(head.size())} : std::string{};
    }
};

/// Proofs numbered by the test, each for one subject, used once.
class Proofs final : public payment::Proofs {
public:
    base::Result<payment::Proof> needed(Snapshot&, const payment::ProofQuestion& question) override
    {
        known = TRY(question.payee_known());
        return question.amount.minor_units > 50'000'00 ? payment::Proof::branch
                                                       : payment::Proof::password;
    }
    base::Result<void> consume(Transaction&, CustomerId, std::uint64_t proof, payment::Proof,
                               std::string_view subject) override
    {
        if (!given.contains(proof)) return base::forbidden("authentication.proof_used", "used");
        if (given.at(proof) != subject)
            return base::forbidden("authentication.proof_of_other_content", "of other content");
        return {};
    }
    std::map<std::uint64_t, std::string> given;
    bool known = false;
};

class Events final : public payment::Events {
public:
    void append(Transaction& transaction, std::string_view type, std::string_view,
                const platform::json::Object&) override
    {
        transaction.after_commit([this, text = std::string{type}] { types.push_back(text); });
    }
    std::vector<std::string> types;
};

/// Two institutions of the group, a bank behind the clearing house with credit cards, and a wallet.
inline const Directory directory{
    {{"yunchuan",
      "YCRCCNDEMO1",
      {{"zh", "云川"}, {"en", "Yunchuan"}},
      Reach::group,
      {"990101"},
      {}},
     {"lanwan", "LWRCCNDEMO2", {{"zh", "岚湾"}, {"en", "Lanwan"}}, Reach::group, {"990102"}, {}},
     {"otherbank",
      "OTHBCNDEMO9",
      {{"zh", "他行"}, {"en", "Another Bank"}},
      Reach::network,
      {"9988", "6229"},
      {"tahang"},
      {"6229"}},
     {.code = "suixin",
      .clearing_code = "SXWLCNDEMO7",
      .name = {{"zh", "随心钱包"}, {"en", "Suixin Wallet"}},
      .prefixes = {"998906"},
      .words = {},
      .wallet_partner = "wallet",
      .wallet_most_per_payment = 1'000'00,
      .wallet_most_per_day = 3'000'00}}};

/// One institution's book with an account for each of two people.
struct Side {
    Side(std::string code, std::string bic, std::string prefix, int number,
         const std::filesystem::path& folder, base::ManualClock& clock,
         std::span<const platform::sql::Migration> more = {})
        : book(platform::sql::open_test_book(folder / (code + ".db"), clock, {.number = number}))
    {
        for (const auto schema :
             {audit::migrations(), ledger::migrations(), account::migrations(), risk::migrations(),
              payment::migrations(), payment::figures_migrations(), migrations(), more}) {
            base::ensure(book->migrate(schema).has_value());
        }
        ledger = std::make_unique<ledger::Ledger>(*book);
        accounts = std::make_unique<account::Accounts>(*ledger, account::Institution{prefix});
        judge = std::make_unique<risk::Judge>(
            *book, risk::Rules{"r1", {{60, 20, 500'000'00, risk::Verdict::step_up, "risk.many"}}},
            list);
        outgoing = std::make_unique<Outgoing>(Outgoing::Parts{*accounts,
                                                              *judge,
                                                              people,
                                                              proofs,
                                                              events,
                                                              directory,
                                                              key,
                                                              code,
                                                              bic,
                                                              {},
                                                              "云川村镇银行"});
        incoming =
            std::make_unique<Incoming>(Incoming::Parts{*accounts, *judge, people, events, bic});
        own = open(1);
        other = open(2);
        const auto filled = book->write([&](Transaction& tx) -> base::Result<void> {
            const auto cash = TRY(ledger->own_account(tx, "cash", cny));
            const ledger::Leg legs[] = {{cash, ledger::Side::debit, yuan(10'000)},
                                        {own, ledger::Side::credit, yuan(10'000)}};
            TRY(ledger->post(tx, {.client = {1, 1},
                                  .kind = "opening",
                                  .effective = accounts->business_date(tx.now()),
                                  .legs = legs}));
            return {};
        });
        base::ensure(filled.has_value());
    }

    AccountId open(std::uint64_t holder)
    {
        const account::Opening opening{.key = "open-" + std::to_string(holder),
                                       .holder = CustomerId{holder},
                                       .branch = "P",
                                       .face_to_face = true};
        return book
            ->write([&](Transaction& tx) {
                return accounts->open(
                    tx, {.code = "class-1", .account_class = Class::one, .unit = cny}, opening);
            })
            .value()
            .id;
    }

    std::int64_t balance(AccountId id)
    {
        return book->read([&](Snapshot& snapshot) {
            return ledger->account(snapshot, id).value().balance().minor_units;
        });
    }
    std::string number(AccountId id)
    {
        return book->read(
            [&](Snapshot& snapshot) { return accounts->account(snapshot, id).value().number; });
    }
    base::Result<Answer> pay(const Order& order, std::string_view idempotency_key,
                             bool proven = true)
    {
        auto plan =
            book->read([&](Snapshot& s) { return outgoing->plan(s, CustomerId{1}, order); });
        if (!plan) return plan.error();
        if (proven) proofs.given[7] = plan.value().subject;
        return book->write([&](Transaction& tx) {
            return outgoing->pay(tx, plan.value(), idempotency_key, proven ? 7 : 0);
        });
    }
    std::string message(PaymentId id)
    {
        const auto sent = book->write(
            [&](Transaction& tx) -> base::Result<bool> { return outgoing->mark_sent(tx, id); });
        base::ensure(sent.has_value());
        return book->read([&](Snapshot& s) { return outgoing->message(s, id); }).value();
    }
    template <class Run>
    auto write(Run run)
    {
        return book->write(run);
    }
    template <class Run>
    auto read(Run run)
    {
        return book->read(run);
    }
    /// What stands on one of the bank's own accounts.
    std::int64_t own_balance(std::string_view code)
    {
        return book->read([&](Snapshot& snapshot) -> std::int64_t {
            for (const auto& one : ledger->own_accounts(snapshot)) {
                if (one.code == code)
                    return ledger->account(snapshot, one.id).value().balance().minor_units;
            }
            return 0;
        });
    }
    base::Result<iso20022::StatusReport> receive(std::string_view route, std::string_view sender,
                                                 const std::string& xml)
    {
        auto prepared =
            book->read([&](Snapshot& s) { return incoming->prepare(s, route, sender, xml); });
        if (!prepared) return prepared.error();
        return book->write([&](Transaction& tx) { return incoming->record(tx, prepared.value()); });
    }
    base::Result<void> told(std::string_view route, const iso20022::StatusReport& report)
    {
        return book->write([&](Transaction& tx) { return outgoing->told(tx, route, report); });
    }
    State state(PaymentId id)
    {
        return book->read([&](Snapshot& s) { return outgoing->payment(s, id); }).value().state;
    }
    std::vector<std::string> unexplained()
    {
        return book->read([&](Snapshot& s) { return explain(s, *ledger); });
    }

    std::unique_ptr<platform::sql::Book> book;
    People people;
    Proofs proofs;
    Events events;
    risk::SanctionsList list{"l1", {{"X1", {"厉不通"}, {}, {}}}};
    platform::crypto::Hmac key{platform::crypto::as_bytes("a key of a test, 32 bytes long..")};
    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<account::Accounts> accounts;
    std::unique_ptr<risk::Judge> judge;
    std::unique_ptr<Outgoing> outgoing;
    std::unique_ptr<Incoming> incoming;
    AccountId own;
    AccountId other;
};

}  // namespace bank::clearing::test
