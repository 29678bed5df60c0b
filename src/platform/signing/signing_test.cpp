// SPDX-License-Identifier: Apache-2.0
#include <platform/signing/message_signature.h>
#include <platform/signing/shared_keys.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

using namespace platform;
using signing::Key;

namespace {

const base::Instant now = base::parse_instant("2026-11-21T08:00:00Z").value();

class Signatures : public testing::Test {
protected:
    Signatures()
    {
        key = {"partner-police", random.key()};
        call = {.method = http::Method::post,
                .url = "http://127.0.0.1:8090/police/questions?try=1",
                .body = R"({"name":"x"})"};
        signing::sign(call, key, now, random);
        request.method = http::Method::post;
        request.target = "/police/questions?try=1";
        request.headers = call.headers;
        request.body = call.body;
    }

    std::string reason(base::Instant at = now)
    {
        const auto found = signing::verify(
            request,
            [&](std::string_view id) {
                return id == key.id ? std::optional(key.secret) : std::nullopt;
            },
            at);
        return found ? "" : std::string(found.error().reason);
    }

    std::string& header(std::string_view name)
    {
        for (auto& [key_name, value] : request.headers) {
            if (key_name == name) return value;
        }
        throw std::out_of_range("no such header");
    }

    crypto::SystemRandom random;
    Key key;
    http::Call call;
    http::Request request;
};

}  // namespace

TEST_F(Signatures, HoldForWhatWasSigned)
{
    EXPECT_EQ(reason(), "");
}

TEST_F(Signatures, FailWhenAnythingCoveredChanges)
{
    const auto original = request;
    request.body += " ";
    EXPECT_EQ(reason(), "signature.digest_wrong");
    request = original;
    request.target = "/police/questions?try=2";
    EXPECT_EQ(reason(), "signature.wrong");
    request = original;
    request.target = "/bank/questions?try=1";
    EXPECT_EQ(reason(), "signature.wrong");
    request = original;
    request.method = http::Method::put;
    EXPECT_EQ(reason(), "signature.wrong");
    request = original;
    key.secret = random.key();
    EXPECT_EQ(reason(), "signature.wrong");
}

TEST_F(Signatures, FailWhenMissingMalformedOldOrOfAStranger)
{
    const auto original = request;
    request.headers.clear();
    EXPECT_EQ(reason(), "signature.missing");
    request = original;
    header("Signature-Input").erase(header("Signature-Input").find("\"@query\" "), 9);
    EXPECT_EQ(reason(), "signature.malformed");
    request = original;
    EXPECT_EQ(reason(base::after_seconds(now, 301)), "signature.stale");
    EXPECT_EQ(reason(base::after_seconds(now, -301)), "signature.stale");
    EXPECT_EQ(reason(base::after_seconds(now, 299)), "");
    auto& input = header("Signature-Input");
    input.replace(input.find("partner-police"), 14, "partner-x");
    EXPECT_EQ(reason(), "signature.unknown_key");
}

TEST_F(Signatures, BindAnAnswerToItsRequest)
{
    http::Response answer = http::json_response(200, R"({"status":"match"})");
    signing::sign_answer(request, answer, key, now);
    EXPECT_TRUE(signing::verify_answer(call, answer, key));

    auto other = call;
    other.headers.clear();
    signing::sign(other, key, now, random);
    EXPECT_EQ(signing::verify_answer(other, answer, key).error().reason, "signature.wrong");

    auto altered = answer;
    altered.status = 202;
    EXPECT_EQ(signing::verify_answer(call, altered, key).error().reason, "signature.wrong");
    altered = answer;
    altered.body = R"({"status":"mismatch"})";
    EXPECT_EQ(signing::verify_answer(call, altered, key).error().reason, "signature.digest_wrong");
    altered = http::json_response(200, "{}");
    EXPECT_EQ(signing::verify_answer(call, altered, key).error().reason, "signature.missing");
}

TEST(SharedKeys, AreTheSameForAllWhoStartTogether)
{
    const auto path = std::filesystem::temp_directory_path() / ("keys." + std::to_string(getpid()));
    const std::vector<std::string> names{"partner-a", "partner-b"};
    std::vector<std::string> seen(4);
    std::vector<std::thread> programs;
    for (auto& slot : seen) {
        programs.emplace_back([&] {
            crypto::SystemRandom random;
            const auto keys = signing::SharedKeys::open_or_create(path, names, random);
            if (keys) slot = crypto::as_text(keys.value().find("partner-a")->view());
        });
    }
    for (auto& program : programs) program.join();
    EXPECT_EQ(seen[0].size(), 32U);
    for (const auto& slot : seen) EXPECT_EQ(slot, seen[0]);

    crypto::SystemRandom random;
    const std::vector<std::string> more{"partner-c"};
    // A partner that came later: its key is added, the others stay.
    const auto grown = signing::SharedKeys::open_or_create(path, more, random);
    ASSERT_TRUE(grown);
    EXPECT_EQ(grown.value().added(), more);
    EXPECT_EQ(crypto::as_text(grown.value().find("partner-a")->view()), seen[0]);
    const auto again = signing::SharedKeys::open_or_create(path, more, random);
    EXPECT_TRUE(again.value().added().empty());
    EXPECT_TRUE(again.value().find("partner-c")->view().size() == 32);
    std::filesystem::permissions(path, std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    EXPECT_EQ(signing::SharedKeys::open_or_create(path, names, random).error().reason,
              "shared_keys.exposed");
    std::filesystem::remove(path);
}
