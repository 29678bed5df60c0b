// SPDX-License-Identifier: Apache-2.0
#include <bench/load.h>
#include <bench/transfer_bank.h>

#include <api/orders.h>
#include <api/routes.h>
#include <bank/authentication/proof.h>
#include <bank/authentication/session.h>

#include <cstdio>
#include <fstream>
#include <future>
#include <mutex>
#include <random>

namespace bench {

namespace authentication = bank::authentication;
namespace payment = bank::payment;
namespace sql = platform::sql;
using base::Result;
using platform::json::Object;

namespace {

constexpr std::size_t payments_a_unit = 500;
constexpr int most_yuan = 200;  // Up to here the demo bank asks for a password; the code is more.

std::vector<Payer> read_people(const std::filesystem::path& file)
{
    std::vector<Payer> people;
    std::ifstream in{file};
    Payer one;
    while (in >> one.customer.value >> one.login.value >> one.account.value >> one.number >>
           one.name) {
        people.push_back(one);
    }
    return people;
}

/// One payment on its way from an order to the bytes that the payer's page would send.
struct Payment {
    const Payer& payer;
    payment::Order order;
    std::string subject{};
    authentication::OpenedSession session{};
    std::string proof{};
};

class Preparing {
public:
    Preparing(TransferBank& bank, const std::string& origin)
        : house_(bank.house()), bank_(bank.institution().as_api()), origin_(origin)
    {
    }

    std::string requests(std::vector<Payment>& payments)
    {
        bank_.book.read([&](sql::Snapshot& snapshot) {
            for (Payment& one : payments) {
                one.subject =
                    must(bank_.transfers.plan(snapshot, one.payer.customer, one.order)).subject;
            }
        });
        must(house_.book->write([&](sql::Transaction& transaction) -> Result<void> {
            for (Payment& one : payments) TRY(sign_in_and_prove(transaction, one));
            return {};
        }));
        std::string bytes;
        for (const Payment& one : payments) append_request(bytes, request_of(one));
        return bytes;
    }

private:
    /// As the page does: a session by password, a challenge, and the code of the SMS as its answer.
    Result<void> sign_in_and_prove(sql::Transaction& transaction, Payment& one)
    {
        const auto& environment = *house_.authentication;
        const auto now = transaction.now();
        const auto login = TRY(authentication::find_login(transaction, one.payer.login));
        one.session = TRY(
            authentication::open_session(transaction, environment, login, "password", false, now));
        const auto challenge = TRY(authentication::open_proof_challenge(
            transaction, environment, login.id, authentication::Method::code,
            api::content_of_payment(one.subject), now));
        const auto proof = authentication::answer_with_code(transaction, environment, challenge.id,
                                                            login.id, challenge.code->code, now);
        if (!proof.answer) return proof.answer.error();
        one.proof = authentication::write_proof(environment, proof.answer.value());
        return {};
    }

    std::string request_of(const Payment& one) const
    {
        const Object transfer{
            {"from", to_string(one.order.from)},
            {"to", Object{{"account_number", one.order.to.account_number}}},
            {"payee_name", one.order.payee_name},
            {"amount", Object{{"amount", base::to_decimal(one.order.amount)}, {"currency", "CNY"}}},
            {"purpose", one.order.purpose}};
        const std::string body =
            platform::json::serialise(Object{{"transfer", transfer}, {"proof", one.proof}});
        const std::string host = origin_.substr(origin_.find("//") + 2);
        return "POST /v1/transfers HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin_ +
               "\r\nCookie: " + std::string{api::customer_cookie} + "=" + one.session.token +
               "\r\nX-CSRF-Token: " + one.session.session.csrf_token +
               "\r\nIdempotency-Key: bench-" + to_string(one.session.session.id) +
               "\r\nAccept-Language: zh-CN\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    server::House& house_;
    api::Institution bank_;
    const std::string origin_;
};

}  // namespace

int prepare_transfers(const std::filesystem::path& source_root, const std::filesystem::path& data,
                      const std::filesystem::path& file, const std::string& origin,
                      std::int64_t first, std::int64_t count)
{
    TransferBank bank{source_root, data};
    const auto people = read_people(data / "people.tsv");
    const auto from = static_cast<std::size_t>(first);
    const auto to = from + static_cast<std::size_t>(count);
    if (to > people.size()) throw std::runtime_error("there are not so many people");
    std::mt19937_64 random{20261122 + static_cast<std::uint64_t>(first)};
    std::vector<std::vector<Payment>> units;
    for (std::size_t i = from; i < to; ++i) {
        if (units.empty() || units.back().size() == payments_a_unit) units.emplace_back();
        std::size_t other = random() % people.size();
        if (other == i) other = (i + 1) % people.size();
        const auto cents = static_cast<std::int64_t>(100 + random() % (most_yuan * 100 - 99));
        units.back().push_back({people[i],
                                {people[i].account,
                                 {people[other].number, {}},
                                 people[other].name,
                                 {cents, {"CNY", 2}},
                                 "午餐"}});
    }
    Preparing preparing{bank, origin};
    std::ofstream out{file, std::ios::binary};
    std::mutex mutex;
    std::size_t next = 0;
    const auto work = [&] {
        for (std::unique_lock lock{mutex}; next < units.size();) {
            auto& unit = units[next++];
            lock.unlock();
            const std::string bytes = preparing.requests(unit);
            lock.lock();
            out << bytes;
        }
    };
    auto second = std::async(std::launch::async, work);
    work();
    second.get();
    return out.good() ? 0 : 1;
}

}  // namespace bench
