// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/check.h>
#include <bank/ledger/units.h>
#include <bank/payment/figures.h>
#include <bank/payment/history.h>
#include <bank/payment/top_up.h>
#include <bank/payment/transfer.h>
#include <platform/sql/test_book.h>

#include <unistd.h>
#include <filesystem>
#include <map>

namespace bank::payment {

using account::Class;
using platform::sql::Snapshot;
using platform::sql::Transaction;

inline const base::Currency cny = ledger::currency("CNY").value();

inline base::Money yuan(std::int64_t whole)
{
    return {whole * 100, cny};
}

/// Three people and what they are called; nothing is sealed for real.
class TestPeople final : public People {
public:
    base::Result<CustomerId> by_phone(Snapshot&, std::string_view phone) override
    {
        if (phone == "16400000002") return CustomerId{2};
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
class TestProofs final : public Proofs {
public:
    base::Result<Proof> needed(Snapshot&, const ProofQuestion& question) override
    {
        const auto fen = question.amount.minor_units;
        if (fen > 50'000'00) return Proof::branch;
        if (fen <= 200'00) return Proof::password;
        if (fen <= 1'000'00 && TRY(question.payee_known())) return Proof::password;
        return fen <= 5'000'00 ? Proof::sms : Proof::passkey;
    }
    base::Result<void> consume(Transaction& transaction, CustomerId, std::uint64_t proof,
                               Proof needed, std::string_view subject) override
    {
        const auto it = given.find(proof);
        if (it == given.end()) return base::forbidden("authentication.proof_used", "used");
        if (it->second.first != subject) {
            return base::forbidden("authentication.proof_of_other_content", "of other content");
        }
        if (it->second.second < needed) {
            return base::forbidden("authentication.proof_too_weak", "too weak");
        }
        const auto kept = *it;
        given.erase(it);
        transaction.on_rollback([this, kept] { given.insert(kept); });
        return {};
    }
    std::map<std::uint64_t, std::pair<std::string, Proof>> given;
};

class TestEvents final : public Events {
public:
    void append(Transaction& transaction, std::string_view type, std::string_view,
                const platform::json::Object&) override
    {
        transaction.after_commit([this, text = std::string{type}] { types.push_back(text); });
    }
    std::vector<std::string> types;
};

/// One bank with two people who have an account each, and all that payments need.
class TestPayments {
protected:
    TestPayments()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        for (const auto schema : {audit::migrations(), ledger::migrations(), account::migrations(),
                                  risk::migrations(), migrations(), figures_migrations()}) {
            base::ensure(book_->migrate(schema).has_value());
        }
        ledger_ = std::make_unique<ledger::Ledger>(*book_);
        accounts_ = std::make_unique<account::Accounts>(*ledger_, account::Institution{"990101"});
        judge_ = std::make_unique<risk::Judge>(
            *book_, risk::Rules{"r1", {{60, 20, 500'000'00, risk::Verdict::step_up, "risk.many"}}},
            list_);
        transfers_ = std::make_unique<Transfers>(
            Transfers::Parts{*accounts_, *judge_, people_, proofs_, events_, key_});
        top_ups_ = std::make_unique<TopUps>(*accounts_, events_);
        an_ = open(1, {.code = "class-1", .account_class = Class::one, .unit = cny}, true);
        bo_ = open(2, {.code = "class-1", .account_class = Class::one, .unit = cny}, true);
        fund(an_, yuan(100'000));
    }
    ~TestPayments()
    {
        ledger_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    /// What is wrong in ledger or audit trail; empty where nothing is.
    std::string first_fault()
    {
        const auto report = ledger::check_ledger(*book_);
        if (!report.clean()) return report.findings.front();
        const auto bad = book_->read([](Snapshot& s) { return audit::verify(s).first_bad; });
        return bad ? "audit record " + std::to_string(*bad) : "";
    }

    AccountId open(std::uint64_t holder, const account::Product& product, bool met)
    {
        const account::Opening opening{
            .key = "open-" + std::to_string(++made_),
            .holder = CustomerId{holder},
            .branch = "P",
            .face_to_face = met,
            .bound = account::BoundAccount{"otherbank", "9988 **** **** 0015", "sealed"}};
        return book_->write([&](Transaction& tx) { return accounts_->open(tx, product, opening); })
            .value()
            .id;
    }

    static account::Product class_2()
    {
        using account::Direction;
        using account::Period;
        return {.code = "class-2",
                .account_class = Class::two,
                .unit = cny,
                .per_person = 5,
                .remote = true,
                .limits = {{Direction::out, Period::day, 10'000'00},
                           {Direction::out, Period::year, 200'000'00},
                           {Direction::in, Period::day, 10'000'00, true},
                           {Direction::in, Period::year, 200'000'00, true}}};
    }
    static account::Product class_3()
    {
        return {.code = "class-3",
                .account_class = Class::three,
                .unit = cny,
                .per_person = 5,
                .remote = true,
                .balance_limit = 2'000'00,
                .limits = {{account::Direction::out, account::Period::day, 2'000'00},
                           {account::Direction::out, account::Period::year, 50'000'00}}};
    }

    void fund(AccountId account, base::Money amount)
    {
        const auto posted = book_->write([&](Transaction& tx) {
            const auto cash = ledger_->own_account(tx, "cash", cny).value();
            const ledger::Leg legs[] = {{cash, ledger::Side::debit, amount},
                                        {account, ledger::Side::credit, amount}};
            return ledger_->post(tx,
                                 {.client = ledger::client_id({"fund", std::to_string(++made_)}),
                                  .kind = "opening",
                                  .effective = accounts_->business_date(tx.now()),
                                  .legs = legs});
        });
        base::ensure(posted.has_value());
    }

    template <class Run>
    auto read(Run run)
    {
        return book_->read([&](Snapshot& snapshot) { return run(snapshot); });
    }

    std::string number(AccountId id)
    {
        return read([&](Snapshot& s) { return accounts_->account(s, id); }).value().number;
    }
    std::string balance(AccountId id)
    {
        return base::to_decimal(
            read([&](Snapshot& s) { return ledger_->account(s, id); }).value().balance());
    }

    Order order(AccountId from, AccountId to, base::Money amount, std::string purpose = "")
    {
        return {from, {number(to), ""}, "", amount, std::move(purpose)};
    }

    /// The whole way: plan, the proof it needs, pay. Gives "paid" or the reason.
    std::string pay(const Order& order, std::string key, std::uint64_t payer = 1)
    {
        const auto plan =
            read([&](Snapshot& s) { return transfers_->plan(s, CustomerId{payer}, order); });
        if (!plan) return std::string{plan.error().reason};
        proofs_.given[++made_] = {plan.value().subject, plan.value().proof_needed};
        return pay(plan.value(), std::move(key), made_);
    }

    std::string pay(const Plan& plan, std::string key, std::uint64_t proof)
    {
        const auto answer =
            book_->write([&](Transaction& tx) { return transfers_->pay(tx, plan, key, proof); });
        if (!answer) return std::string{answer.error().reason};
        if (answer.value().refused) return std::string{answer.value().refused->reason};
        last_ = *answer.value().paid;
        return answer.value().repeated ? "paid before" : "paid";
    }

    base::ManualClock clock_{base::parse_instant("2026-11-21T08:00:00Z").value()};
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("payment-test-" + std::to_string(getpid()));
    platform::crypto::Hmac key_{platform::crypto::as_bytes("receipts")};
    risk::SanctionsList list_{"l1", {{.id = "B", .names = {"莫须有"}}}};
    TestPeople people_;
    TestProofs proofs_;
    TestEvents events_;
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<account::Accounts> accounts_;
    std::unique_ptr<risk::Judge> judge_;
    std::unique_ptr<Transfers> transfers_;
    std::unique_ptr<TopUps> top_ups_;
    AccountId an_;
    AccountId bo_;
    EntryId last_;
    std::uint64_t made_ = 0;
};

}  // namespace bank::payment
