// SPDX-License-Identifier: Apache-2.0
#include <bench/claim.h>

#include <bench/load.h>
#include <bench/transfer_bank.h>

#include <api/routes.h>
#include <bank/authentication/session.h>

#include <cstdio>
#include <fstream>

namespace bench {

namespace authentication = bank::authentication;
namespace sql = platform::sql;
using base::Result;

namespace {

constexpr std::int64_t sessions_a_unit = 5'000;

base::Instant days_from(base::Instant now, std::int64_t days)
{
    return base::after_seconds(now, days * 86'400);
}

}  // namespace

int prepare_claims(const std::filesystem::path& source_root, const std::filesystem::path& data,
                   const std::filesystem::path& file, std::int64_t people, std::int64_t stock)
{
    TransferBank bank{source_root, data};
    auto& house = bank.house();
    auto& institution = bank.institution();
    const auto now = house.clock.now();
    const auto campaign = must(institution.vouchers().create({.code = "bench",
                                                              .name = {{"zh", "测速"}},
                                                              .about = {},
                                                              .stock = stock,
                                                              .value = {10'00, {"CNY", 2}},
                                                              .least_bill = {50'00, {"CNY", 2}},
                                                              .starts_at = days_from(now, -1),
                                                              .ends_at = days_from(now, 1),
                                                              .use_until = days_from(now, 2)},
                                                             {}));
    std::ofstream out{file};
    out << to_string(campaign.id) << '\n';
    for (std::int64_t made = 0; made < people; made += sessions_a_unit) {
        const auto count = std::min(sessions_a_unit, people - made);
        const auto opened =
            must(house.book->write([&](sql::Transaction& transaction)
                                       -> Result<std::vector<authentication::OpenedSession>> {
                std::vector<authentication::OpenedSession> sessions;
                for (std::int64_t i = 0; i < count; ++i) {
                    const auto person = transaction.new_id<bank::customer::CustomerId>();
                    sessions.push_back(TRY(
                        authentication::open_session(transaction, *house.authentication,
                                                     {.kind = authentication::SessionKind::customer,
                                                      .book = institution.facts().book,
                                                      .subject = person.value,
                                                      .method = "password"},
                                                     transaction.now())));
                }
                return sessions;
            }));
        for (const auto& one : opened) out << one.token << ' ' << one.session.csrf_token << '\n';
    }
    return out.good() ? 0 : 1;
}

int load_claims(const std::filesystem::path& file, std::uint16_t port, std::size_t connections)
{
    std::ifstream in{file};
    std::string campaign;
    in >> campaign;
    const std::string origin = "localhost:" + std::to_string(port);
    std::string token;
    std::string csrf;
    std::string request;
    const auto next = [&]() -> const std::string* {
        if (!(in >> token >> csrf)) return nullptr;
        request = "POST /v1/campaigns/" + campaign + "/claims HTTP/1.1\r\nHost: " + origin +
                  "\r\nOrigin: http://" + origin +
                  "\r\nCookie: " + std::string{api::customer_cookie} + "=" + token +
                  "\r\nX-CSRF-Token: " + csrf +
                  "\r\nAccept-Language: zh-CN\r\nContent-Length: 0\r\n\r\n";
        return &request;
    };
    const auto outcome = run_load(
        next,
        {.port = port, .connections = connections, .expected_status = 200, .other_status = 201});
    const auto& times = outcome.latencies_ms;
    const auto percentile = [&](double share) {
        return times.empty()
                   ? 0.0
                   : times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    using platform::json::Object;
    std::puts(platform::json::serialise(
                  Object{{"granted", static_cast<std::int64_t>(outcome.other)},
                         {"claims", static_cast<std::int64_t>(outcome.right)},
                         {"wrong", static_cast<std::int64_t>(outcome.wrong)},
                         {"first_wrong", outcome.first_wrong},
                         {"seconds", outcome.seconds},
                         {"per_second", static_cast<double>(outcome.right) / outcome.seconds},
                         {"p50_ms", percentile(.5)},
                         {"p99_ms", percentile(.99)},
                         {"max_ms", percentile(1)}})
                  .c_str());
    return 0;
}

}  // namespace bench
