// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/check.h>
#include <bank/ledger/units.h>
#include <bank/payment/figures.h>
#include <bank/payment/history.h>
#include <bank/payment/top_up.h>
#include <bank/payment/transfer.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <map>
#include <set>

namespace bank::payment {
namespace {

using account::Class;
using platform::sql::Snapshot;
using platform::sql::Transaction;

const base::Currency cny = ledger::currency("CNY").value();

base::Money yuan(std::int64_t whole)
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
        if (fen <= 200'00 || (fen <= 1'000'00 && question.payee_known)) return Proof::password;
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

class PaymentTest : public testing::Test {
protected:
    PaymentTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        for (const auto schema : {audit::migrations(), ledger::migrations(), account::migrations(),
                                  risk::migrations(), migrations(), figures_migrations()}) {
            EXPECT_TRUE(book_->migrate(schema));
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
    ~PaymentTest() override
    {
        const auto report = ledger::check_ledger(*book_);
        EXPECT_TRUE(report.clean()) << report.findings.front();
        EXPECT_FALSE(book_->read([](Snapshot& s) { return audit::verify(s).first_bad; }));
        ledger_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
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
        EXPECT_TRUE(posted);
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

TEST_F(PaymentTest, MovesMoneyAndBothSidesSeeItWithReceiptHistoryAndStatement)
{
    EXPECT_EQ(pay(order(an_, bo_, yuan(30), "房租"), "k1"), "paid");
    EXPECT_EQ(balance(an_), "99970.00");
    EXPECT_EQ(balance(bo_), "30.00");
    EXPECT_EQ(events_.types, (std::vector<std::string>{"payment.sent", "payment.received"}));
    for (const std::uint64_t viewer : {1U, 2U}) {
        const auto receipt = read([&](Snapshot& s) {
                                 return transfers_->transfer(s, CustomerId{viewer}, last_);
                             }).value();
        EXPECT_EQ(receipt.purpose, "房租");
        EXPECT_EQ(receipt.payee_name, "柜**");
        EXPECT_EQ(receipt.receipt_number.substr(0, 9), "20261121-");
        EXPECT_EQ(receipt.verification_code.size(), 9U);
        EXPECT_EQ(base::to_decimal(receipt.balance_after), "99970.00");
    }
    EXPECT_EQ(read([&](Snapshot& s) { return transfers_->transfer(s, CustomerId{3}, last_); })
                  .error()
                  .reason,
              "payment.unknown");
    const auto page =
        read([&](Snapshot& s) { return history(s, *accounts_, people_, bo_, {}, 10); }).value();
    ASSERT_EQ(page.lines.size(), 1U);
    EXPECT_EQ(page.lines[0].direction, account::Direction::in);
    EXPECT_EQ(page.lines[0].counterparty, "柜**");
    EXPECT_EQ(page.lines[0].purpose, "房租");
    const auto day = accounts_->business_date(clock_.now());
    const auto period =
        read([&](Snapshot& s) { return statement(s, *accounts_, people_, an_, day, day); }).value();
    EXPECT_EQ(base::to_decimal(period.opening), "0.00");
    EXPECT_EQ(base::to_decimal(period.in), "100000.00");
    EXPECT_EQ(base::to_decimal(period.out), "30.00");
    EXPECT_EQ(base::to_decimal(period.closing), "99970.00");
}

TEST_F(PaymentTest, AnswersWithTheReceiptThatIsReadAfterwards)
{
    const auto asked = order(an_, bo_, yuan(30), "房租");
    const auto plan =
        read([&](Snapshot& s) { return transfers_->plan(s, CustomerId{1}, asked); }).value();
    proofs_.given[1] = {plan.subject, plan.proof_needed};
    const auto answer =
        book_->write([&](Transaction& tx) { return transfers_->pay(tx, plan, "k", 1); }).value();
    ASSERT_TRUE(answer.receipt);
    const auto& given = *answer.receipt;
    const auto later =
        read([&](Snapshot& s) { return transfers_->transfer(s, CustomerId{1}, given.id); }).value();
    EXPECT_EQ(given.receipt_number, later.receipt_number);
    EXPECT_EQ(given.verification_code, later.verification_code);
    EXPECT_EQ(given.from, later.from);
    EXPECT_EQ(given.from_number, later.from_number);
    EXPECT_EQ(given.to_number, later.to_number);
    EXPECT_EQ(given.payee_name, later.payee_name);
    EXPECT_EQ(base::to_decimal(given.amount), base::to_decimal(later.amount));
    EXPECT_EQ(base::to_decimal(given.balance_after), base::to_decimal(later.balance_after));
    EXPECT_EQ(given.purpose, later.purpose);
    EXPECT_EQ(given.at, later.at);
}

TEST_F(PaymentTest, RefusesForGoodInTheUnitOfWorkWhatAPlanWithoutBalancesLetThrough)
{
    const auto plan = read([&](Snapshot& s) {
                          return transfers_->plan(s, CustomerId{1}, order(an_, bo_, yuan(100)),
                                                  Transfers::Money::later);
                      }).value();
    EXPECT_FALSE(plan.money_tried);
    EXPECT_EQ(pay(order(an_, bo_, yuan(49'950)), "first"), "paid");
    EXPECT_EQ(pay(order(an_, bo_, yuan(49'950)), "second"), "paid");
    proofs_.given[900] = {plan.subject, plan.proof_needed};
    EXPECT_EQ(pay(plan, "third", 900), "paid");
    EXPECT_EQ(pay(plan, "fourth", 0), "payment.no_funds");
    EXPECT_EQ(pay(plan, "fourth", 0), "payment.no_funds");
}

TEST_F(PaymentTest, IsPaidOnceForOneKeyAndRefusedForAnotherOrderUnderIt)
{
    const Order small = order(an_, bo_, yuan(30));
    EXPECT_EQ(pay(small, "k1"), "paid");
    EXPECT_EQ(pay(small, "k1"), "paid before");
    EXPECT_EQ(pay(order(an_, bo_, yuan(31)), "k1"), "ledger.client_id_reused");
    EXPECT_EQ(pay(small, "k2"), "paid");
    EXPECT_EQ(pay(small, ""), "payment.key_missing");
    EXPECT_EQ(balance(bo_), "60.00");
    const auto before = read([&](Snapshot& s) {
                            return transfers_->answered(s, CustomerId{1}, small, "k1");
                        }).value();
    ASSERT_TRUE(before);
    EXPECT_TRUE(before->paid);
    EXPECT_FALSE(read([&](Snapshot& s) {
                     return transfers_->answered(s, CustomerId{1}, small, "k3");
                 }).value());
}

TEST_F(PaymentTest, KeepsARefusalForItsKeyEvenWhenMoneyCameMeanwhile)
{
    const Order big = order(bo_, an_, yuan(100));
    EXPECT_EQ(pay(big, "k1", 2), "payment.no_funds");
    const auto refused = book_->write([&](Transaction& tx) {
        return transfers_->refuse(tx, CustomerId{2}, big, "k1",
                                  base::rejected("payment.no_funds", "not enough"));
    });
    EXPECT_EQ(refused.value().refused->reason, "payment.no_funds");
    fund(bo_, yuan(1'000));
    const auto again = read([&](Snapshot& s) {
                           return transfers_->answered(s, CustomerId{2}, big, "k1");
                       }).value();
    EXPECT_EQ(again->refused->reason, "payment.no_funds");
    EXPECT_EQ(pay(big, "k1", 2), "payment.no_funds");
    EXPECT_EQ(pay(big, "k2", 2), "paid");
}

TEST_F(PaymentTest, SaysWhyNotBeforeAnyProofIsAsked)
{
    EXPECT_EQ(pay(order(an_, bo_, {0, cny}), "a"), "payment.amount_not_positive");
    EXPECT_EQ(pay(order(an_, bo_, {-1, cny}), "b"), "payment.amount_not_positive");
    EXPECT_EQ(pay(order(an_, an_, yuan(1)), "c"), "payment.to_oneself");
    EXPECT_EQ(pay(order(bo_, an_, yuan(1)), "d"), "payment.from_unknown");  // Another's account.
    EXPECT_EQ(pay({an_, {"99010100099999992", ""}, "", yuan(1), ""}, "e"),
              "account.number_mistyped");
    EXPECT_EQ(pay({an_, {account::Account{}.number, ""}, "", yuan(1), ""}, "f"),
              "payment.payee_unclear");
    EXPECT_EQ(pay({an_, {number(bo_), "16400000002"}, "", yuan(1), ""}, "g"),
              "payment.payee_unclear");
    EXPECT_EQ(pay({an_, {"", "16400000009"}, "", yuan(1), ""}, "h"), "payment.payee_unknown");
    EXPECT_EQ(pay({an_, {number(bo_), ""}, "柜立春", yuan(1), ""}, "i"),
              "payment.payee_name_differs");
    EXPECT_EQ(pay({an_, {number(bo_), ""}, " 柜 雨水 ", yuan(1), ""}, "j"), "paid");
    EXPECT_EQ(pay({an_, {"", "16400000002"}, "", yuan(1), ""}, "k"), "paid");
    EXPECT_EQ(pay(order(an_, bo_, yuan(1), std::string(201, 'x')), "l"),
              "payment.purpose_too_long");
    EXPECT_EQ(pay(order(an_, bo_, yuan(60'000)), "m"), "payment.at_a_branch");
    EXPECT_EQ(pay(order(an_, bo_, {1, {"USD", 2}}), "n"), "payment.unit_mismatch");
    EXPECT_EQ(pay(order(an_, bo_, yuan(200'000)), "o"), "payment.no_funds");
    EXPECT_EQ(balance(bo_), "2.00");
}

TEST_F(PaymentTest, HoldsToTheLimitsOfTheClassesOnBothSides)
{
    const auto two = open(1, class_2(), false);
    const auto three = open(3, class_3(), false);
    EXPECT_EQ(pay(order(bo_, two, yuan(1)), "a", 2), "payment.payee_takes_no_inflow");
    EXPECT_EQ(pay(order(an_, two, yuan(30'000)), "b"), "paid");  // One's own Class I.
    EXPECT_EQ(pay(order(two, bo_, {10'000'01, cny}), "c"), "payment.over_day_limit");
    EXPECT_EQ(pay(order(two, bo_, yuan(10'000)), "d"), "paid");
    EXPECT_EQ(pay(order(two, bo_, {1, cny}), "e"), "payment.over_day_limit");
    EXPECT_EQ(pay(order(two, an_, yuan(20'000)), "f"), "paid");
    EXPECT_EQ(pay(order(bo_, three, {2'000'01, cny}), "g", 2), "payment.payee_over_balance_limit");
}

TEST_F(PaymentTest, DecidesAgainInTheUnitOfWorkWhatChangedSinceThePlan)
{
    fund(bo_, yuan(100));
    const auto plan = read([&](Snapshot& s) {
                          return transfers_->plan(s, CustomerId{2}, order(bo_, an_, yuan(80)));
                      }).value();
    proofs_.given[71] = {plan.subject, Proof::password};
    proofs_.given[72] = {plan.subject, Proof::password};
    EXPECT_EQ(pay(plan, "first", 71), "paid");
    EXPECT_EQ(pay(plan, "second", 72), "payment.no_funds");
    EXPECT_EQ(pay(plan, "second", 72), "payment.no_funds");  // The same, without using a proof.
    EXPECT_TRUE(book_->write([&](Transaction& tx) { return accounts_->freeze(tx, bo_); }));
    proofs_.given[73] = {plan.subject, Proof::password};
    EXPECT_EQ(pay(plan, "third", 73), "payment.from_frozen");
    EXPECT_EQ(balance(bo_), "20.00");
}

TEST_F(PaymentTest, NeedsAProofOfExactlyThisPaymentStrongEnoughAndUsedOnce)
{
    const auto plan_of = [&](std::int64_t whole) {
        return read([&](Snapshot& s) {
                   return transfers_->plan(s, CustomerId{1}, order(an_, bo_, yuan(whole)));
               })
            .value();
    };
    const auto large = plan_of(6'000);
    const auto other = plan_of(6'001);
    EXPECT_EQ(large.proof_needed, Proof::passkey);
    EXPECT_EQ(pay(large, "k", 0), "payment.proof_missing");
    proofs_.given[81] = {other.subject, Proof::passkey};
    EXPECT_EQ(pay(large, "k", 81), "authentication.proof_of_other_content");
    proofs_.given[82] = {large.subject, Proof::sms};
    EXPECT_EQ(pay(large, "k", 82), "authentication.proof_too_weak");
    proofs_.given[83] = {large.subject, Proof::passkey};
    EXPECT_EQ(pay(large, "k", 83), "paid");  // None of the above burnt the key.
    EXPECT_EQ(pay(large, "k2", 83), "authentication.proof_used");
    EXPECT_EQ(plan_of(900).proof_needed, Proof::password);  // Paid before: known.
}

TEST_F(PaymentTest, KnowsWhomAnAccountPaidInItsLatestFiftyMovements)
{
    const auto asked = order(an_, bo_, yuan(900));
    const auto needed = [&](Transfers& transfers) {
        return read([&](Snapshot& s) { return transfers.plan(s, CustomerId{1}, asked); })
            .value()
            .proof_needed;
    };
    EXPECT_EQ(needed(*transfers_), Proof::sms);
    EXPECT_EQ(pay(order(an_, bo_, yuan(1)), "first"), "paid");
    EXPECT_EQ(needed(*transfers_), Proof::password);
    // Looked at after each, after some, after more than it looks at first, and not at all before.
    for (int others = 1; others <= 49; ++others) {
        fund(an_, yuan(1));
        if (others > 5 && others % 11 != 0) continue;
        EXPECT_EQ(needed(*transfers_), Proof::password);
    }
    const auto fresh = [&] {
        Transfers other{{*accounts_, *judge_, people_, proofs_, events_, key_}};
        return needed(other);
    };
    EXPECT_EQ(needed(*transfers_), Proof::password);
    EXPECT_EQ(fresh(), Proof::password);
    fund(an_, yuan(1));
    EXPECT_EQ(needed(*transfers_), Proof::sms);
    EXPECT_EQ(fresh(), Proof::sms);
    for (int more = 0; more < 60; ++more) fund(an_, yuan(1));
    EXPECT_EQ(pay(order(an_, bo_, yuan(1)), "again"), "paid");
    for (int more = 0; more < 4; ++more) fund(an_, yuan(1));
    EXPECT_EQ(needed(*transfers_), Proof::password);
}

TEST_F(PaymentTest, IsStoppedForListedNamesAndKeepsTheDecision)
{
    const auto listed =
        open(3, {.code = "class-1", .account_class = Class::one, .unit = cny}, true);
    EXPECT_EQ(pay(order(an_, listed, yuan(1)), "a"), "risk.sanctions_review");
    EXPECT_EQ(pay(order(an_, listed, yuan(1)), "a"), "risk.sanctions_review");
    EXPECT_EQ(balance(listed), "0.00");
    std::vector<std::string> hits;
    read([&](Snapshot& s) {
        risk::each_kept(s, {}, [&](const risk::Kept& kept) {
            if (kept.verdict == risk::Verdict::block) hits.push_back(kept.hits);
        });
        return 0;
    });
    EXPECT_EQ(hits, std::vector<std::string>{"[\"B\"]"});
}

TEST_F(PaymentTest, TakesNothingForAClosedPayee)
{
    const auto number_before = number(bo_);
    EXPECT_TRUE(book_->write([&](Transaction& tx) { return accounts_->close(tx, bo_); }));
    EXPECT_EQ(pay({an_, {number_before, ""}, "", yuan(1), ""}, "a"), "payment.payee_closed");
    EXPECT_EQ(pay({an_, {"", "16400000002"}, "", yuan(1), ""}, "b"), "payment.payee_unknown");
}

TEST_F(PaymentTest, ListsHistoryInPagesAndPayeesOnce)
{
    for (int i = 1; i <= 7; ++i) {
        EXPECT_EQ(pay(order(an_, bo_, yuan(i)), "k" + std::to_string(i)), "paid");
    }
    std::vector<std::string> amounts;
    EntryId cursor;
    for (int pages = 0; pages < 10; ++pages) {
        const auto page = read([&](Snapshot& s) {
                              return history(s, *accounts_, people_, bo_, cursor, 3);
                          }).value();
        for (const Line& line : page.lines) amounts.push_back(base::to_decimal(line.amount));
        if (!page.next) break;
        cursor = *page.next;
    }
    EXPECT_EQ(amounts,
              (std::vector<std::string>{"7.00", "6.00", "5.00", "4.00", "3.00", "2.00", "1.00"}));
    const auto payees = read([&](Snapshot& s) { return transfers_->recent_payees(s, an_, 10); });
    ASSERT_EQ(payees.size(), 1U);
    EXPECT_EQ(payees[0].number, number(bo_));
}

TEST_F(PaymentTest, BringsMoneyFromTheBoundAccountOnceHoweverOftenTheOtherBankAnswers)
{
    const auto two = open(1, class_2(), false);
    const auto request = [&](base::Money amount, const std::string& key) {
        return book_->write([&](Transaction& tx) {
            return top_ups_->request(tx, CustomerId{1}, two, amount, key);
        });
    };
    const auto asked = request(yuan(50'000), "t1").value();
    EXPECT_EQ(request(yuan(50'000), "t1").value().id, asked.id);
    EXPECT_EQ(request(yuan(50'001), "t1").error().reason, "ledger.client_id_reused");
    EXPECT_EQ(balance(two), "0.00");
    EXPECT_EQ(to_string(asked.state), "requested");
    const auto act = [&](auto step) {
        return book_->write([&](Transaction& tx) { return step(tx); });
    };
    const auto sent = [&](Transaction& tx) { return top_ups_->mark_sent(tx, asked.id); };
    const auto credited = [&](Transaction& tx) { return top_ups_->credited(tx, asked.id, "r1"); };
    const auto failed = [&](Transaction& tx) { return top_ups_->failed(tx, asked.id, "no"); };
    EXPECT_EQ(act(sent).value().attempts, 1);
    EXPECT_EQ(act(sent).value().attempts, 2);  // No answer came; asked again.
    clock_.advance_seconds(60);
    EXPECT_EQ(read([&](Snapshot& s) { return top_ups_->unfinished(s, clock_.now(), 10); }).size(),
              1U);
    EXPECT_EQ(act(credited).value().state, TopUpState::credited);
    EXPECT_EQ(act(credited).value().state, TopUpState::credited);
    EXPECT_EQ(balance(two), "50000.00");
    EXPECT_EQ(act(failed).value().reason, "payment.top_up_contradicted");
    EXPECT_EQ(act(sent).error().reason, "payment.top_up_over");
    EXPECT_EQ(balance(two), "50000.00");
    const auto page =
        read([&](Snapshot& s) { return history(s, *accounts_, people_, two, {}, 10); }).value();
    ASSERT_EQ(page.lines.size(), 1U);
    EXPECT_EQ(page.lines[0].kind, "top-up");
    EXPECT_EQ(page.lines[0].counterparty, "");
}

TEST_F(PaymentTest, LetsAFailedTopUpGoAndHoldsToTheBalanceLimitBeforeAsking)
{
    const auto three = open(1, class_3(), false);
    const auto request = [&](base::Money amount, const std::string& key) {
        return book_->write([&](Transaction& tx) {
            return top_ups_->request(tx, CustomerId{1}, three, amount, key);
        });
    };
    EXPECT_EQ(request({2'000'01, cny}, "a").error().reason, "payment.over_balance_limit");
    const auto first = request(yuan(1'500), "b").value();
    EXPECT_EQ(request(yuan(501), "c").error().reason, "payment.over_balance_limit");
    const auto failed = book_->write(
        [&](Transaction& tx) { return top_ups_->failed(tx, first.id, "account_frozen"); });
    EXPECT_EQ(failed.value().state, TopUpState::failed);
    EXPECT_EQ(failed.value().reason, "account_frozen");
    EXPECT_TRUE(request(yuan(501), "d"));
    EXPECT_EQ(balance(three), "0.00");
    EXPECT_EQ(request({0, cny}, "e").error().reason, "payment.amount_not_positive");
    const auto another = book_->write(
        [&](Transaction& tx) { return top_ups_->request(tx, CustomerId{2}, three, yuan(1), "f"); });
    EXPECT_EQ(another.error().reason, "account.unknown");
}

}  // namespace
}  // namespace bank::payment
