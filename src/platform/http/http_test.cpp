// SPDX-License-Identifier: Apache-2.0
#include <platform/http/internal/target.h>
#include <platform/http/problem.h>
#include <platform/http/rate_limiter.h>
#include <platform/http/router.h>
#include <platform/http/security.h>
#include <platform/http/static_files.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace platform::http;
namespace fs = std::filesystem;

namespace {

Request unsafe_request(Headers headers)
{
    Request request;
    request.method = Method::post;
    request.headers = std::move(headers);
    request.headers.emplace_back("Host", "bank.example");
    request.secure = true;
    return request;
}

std::string reason_of(const base::Result<void>& result)
{
    return result ? "" : std::string(result.error().reason);
}

class TestFolder {
public:
    TestFolder() : path(fs::temp_directory_path() / ("http_test." + std::to_string(getpid())))
    {
        fs::create_directories(path / "web" / "assets");
        write("secret.txt", "secret");
        write("web/index.html", "<html>");
        write("web/.hidden", "hidden");
        write("web/assets/app-3f9d2c1a.js", "let a");
        write("web/assets/app-3f9d2c1a.js.br", "BR");
        write("web/assets/app-3f9d2c1a.js.gz", "GZ");
        fs::create_symlink("../secret.txt", path / "web" / "link.txt");
    }
    ~TestFolder() { fs::remove_all(path); }
    void write(const std::string& name, std::string_view text) const
    {
        std::ofstream(path / name, std::ios::binary) << text;
    }
    const fs::path path;
};

Request get(std::string path, Headers headers = {})
{
    Request request;
    request.path = std::move(path);
    request.headers = std::move(headers);
    return request;
}

}  // namespace

TEST(Router, PrefersLiteralsAndWalksBackFromDeadEnds)
{
    Router router;
    const Handler handler = [](const Request&, Reply) {};
    for (const char* pattern : {"/v1/{a}/x", "/v1/me", "/v1/me/y/{b}", "/v1/{a}/y/z"}) {
        router.add(Route{.pattern = pattern, .handler = handler});
    }
    const auto pattern_of = [&](std::string_view path) -> std::string {
        const auto match = router.find(Method::get, path);
        return match.route ? match.route->pattern : "-";
    };
    EXPECT_EQ(pattern_of("/v1/me"), "/v1/me");
    EXPECT_EQ(pattern_of("/v1/me/x"), "/v1/{a}/x");
    EXPECT_EQ(pattern_of("/v1/me/y/z"), "/v1/me/y/{b}");
    EXPECT_EQ(pattern_of("/v1/7/y/z"), "/v1/{a}/y/z");
    EXPECT_EQ(pattern_of("/v1//x"), "-");
    EXPECT_EQ(pattern_of("/v1/me/"), "-");
    EXPECT_EQ(pattern_of("/"), "-");
    EXPECT_EQ(router.find(Method::get, "/v1/7/x").parameters.at(0),
              (std::pair<std::string, std::string>("a", "7")));
    EXPECT_TRUE(router.owns("/v1/unknown"));
    EXPECT_FALSE(router.owns("/staff"));
}

TEST(Router, RefusesTheSameRouteTwice)
{
    Router router;
    const Handler handler = [](const Request&, Reply) {};
    router.add(Route{.pattern = "/a/{b}", .handler = handler});
    EXPECT_DEATH(router.add(Route{.pattern = "/a/{c}", .handler = handler}), "broken invariant");
    EXPECT_DEATH(router.add(Route{.pattern = "/a{b}", .handler = handler}), "broken invariant");
}

TEST(Target, TakesTheAuthorityOfAnAbsoluteForm)
{
    Request request;
    request.headers = {{"Host", "other"}};
    ASSERT_TRUE(internal::read_target("http://bank.example/a?b=c", request));
    EXPECT_EQ(request.path, "/a");
    EXPECT_EQ(request.header("host"), "bank.example");
    EXPECT_EQ(request.query_value("b"), "c");
    Request userinfo;
    EXPECT_FALSE(internal::read_target("http://a@b/", userinfo));
}

TEST(Csrf, AsksUnsafeRequestsOfASessionForOriginAndToken)
{
    const CsrfCheck check{.session_cookie = "sid",
                          .origins = {"https://www.bank.example"},
                          .verify = [](std::string_view session, std::string_view token) {
                              return token == "t-" + std::string(session);
                          }};
    const std::pair<std::string, std::string> cookie{"Cookie", "a=b; sid=s1"};
    const std::pair<std::string, std::string> token{"X-CSRF-Token", "t-s1"};
    struct Case {
        Headers headers;
        std::string reason;
    };
    const Case table[] = {
        {{}, ""},
        {{cookie, token}, ""},
        {{cookie}, "http.csrf_token_missing"},
        {{cookie, {"X-CSRF-Token", "t-s2"}}, "http.csrf_token_wrong"},
        {{cookie, token, {"Origin", "https://bank.example"}}, ""},
        {{cookie, token, {"Origin", "https://www.bank.example"}}, ""},
        {{cookie, token, {"Origin", "http://bank.example"}}, "http.cross_origin"},
        {{cookie, token, {"Origin", "https://bank.example.evil"}}, "http.cross_origin"},
        {{cookie, token, {"Origin", "null"}}, "http.cross_origin"},
        {{cookie, token, {"Sec-Fetch-Site", "same-origin"}}, ""},
        {{cookie, token, {"Sec-Fetch-Site", "same-site"}}, "http.cross_origin"},
        {{cookie, token, {"Sec-Fetch-Site", "cross-site"}}, "http.cross_origin"},
        {{{"Cookie", "sid=s1; sid=s2"}, token}, ""},  // Two sessions are none.
    };
    for (const auto& item : table) {
        EXPECT_EQ(reason_of(check(unsafe_request(item.headers))), item.reason);
    }
    Request safe = unsafe_request({cookie});
    safe.method = Method::get;
    EXPECT_TRUE(check(safe));
}

TEST(Cookies, AreOursAloneAndSecure)
{
    EXPECT_EQ(to_string(Cookie{.name = "sid", .value = "x", .max_age_s = 60}),
              "sid=x; Path=/; SameSite=Strict; Max-Age=60; Secure; HttpOnly");
    EXPECT_EQ(to_string(Cookie{.name = "sid", .value = "", .max_age_s = -1, .secure = false}),
              "sid=; Path=/; SameSite=Strict; Max-Age=0; HttpOnly");
}

TEST(RateLimiter, AdmitsABurstAndThenTheRate)
{
    base::ManualClock clock({1'000'000});
    RateLimiter limiter(clock, {.burst = 3, .per_minute = 60});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("a"), 0);
    EXPECT_EQ(limiter.take("a"), 1000);
    EXPECT_EQ(limiter.take("b"), 0);
    clock.advance_seconds(1);
    EXPECT_EQ(limiter.take("a"), 0);
    EXPECT_EQ(limiter.take("a"), 1000);
    clock.advance_seconds(3600);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("a"), 0);
    EXPECT_GT(limiter.take("a"), 0);
}

TEST(RateLimiter, ForgetsTheQuietestAboveItsMemory)
{
    base::ManualClock clock({0});
    RateLimiter limiter(clock, {.burst = 1, .per_minute = 1}, 16);  // One key a shard.
    EXPECT_EQ(limiter.take("a"), 0);
    for (int i = 0; i < 1000; ++i) limiter.take(std::to_string(i));
    EXPECT_EQ(limiter.take("a"), 0);
}

TEST(Problem, IsJsonWhateverTheDetailHolds)
{
    const auto response = problem(base::invalid("form.wrong", "a \"b\" \\ \n c"), "r1",
                                  {{"/amount", "money.malformed", ""}});
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(
        response.body,
        R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"a \"b\" \\ \u000a c",)"
        R"("instance":"r1","reason":"form.wrong","errors":[{"field":"/amount","reason":"money.malformed"}]})");
}

TEST(StaticFiles, ServesCompressedImmutableAssets)
{
    const TestFolder folder;
    const StaticFiles files({"/staff", folder.path / "web"});
    const auto plain = files.serve(get("/staff/assets/app-3f9d2c1a.js"));
    EXPECT_EQ(plain.content(), "let a");
    EXPECT_EQ(plain.header("content-type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(plain.header("cache-control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(files.serve(get("/staff/assets/app-3f9d2c1a.js", {{"Accept-Encoding", "gzip, br"}}))
                  .content(),
              "BR");
    EXPECT_EQ(files
                  .serve(get("/staff/assets/app-3f9d2c1a.js",
                             {{"Accept-Encoding", "br;q=0, gzip;q=0.5"}}))
                  .content(),
              "GZ");
    EXPECT_EQ(files
                  .serve(get("/staff/assets/app-3f9d2c1a.js",
                             {{"If-None-Match", std::string(plain.header("etag"))}}))
                  .status,
              304);
}

TEST(StaticFiles, FallsBackToThePageForPathsWithoutExtension)
{
    const TestFolder folder;
    const StaticFiles files({"/staff", folder.path / "web"});
    for (const char* path : {"/staff", "/staff/", "/staff/tasks/7", "/staff/index.html"}) {
        EXPECT_EQ(files.serve(get(path)).content(), "<html>") << path;
        EXPECT_EQ(files.serve(get(path)).header("cache-control"), "no-cache") << path;
    }
    EXPECT_EQ(files.serve(get("/staff/missing.js")).status, 404);
    const Headers page{{"Accept", "text/html,*/*;q=0.8"}};
    EXPECT_EQ(files.serve(get("/staff/items/tap-water.baita", page)).content(), "<html>");
    EXPECT_EQ(files.serve(get("/staff/items/tap-water.baita")).status, 404);
    for (const char* path : {"/staff/missing.js", "/staff/missing.png", "/staff/.env"}) {
        EXPECT_EQ(files.serve(get(path, page)).status, 404) << path;
    }
    EXPECT_TRUE(files.covers("/staff/x"));
    EXPECT_FALSE(files.covers("/staffing"));
}

TEST(StaticFiles, NeverLeavesItsFolder)
{
    const TestFolder folder;
    const StaticFiles files({"/", folder.path / "web", ""});
    for (const char* path : {"/../secret.txt", "/assets/../../secret.txt", "/link.txt", "/.hidden",
                             "/assets/..", "//../secret.txt", "/..\\secret.txt", "/assets"}) {
        EXPECT_EQ(files.serve(get(path)).status, 404) << path;
    }
}

TEST(StaticFiles, SeesAChangedFile)
{
    const TestFolder folder;
    const StaticFiles files({"/", folder.path / "web"});
    const auto before = files.serve(get("/index.html"));
    folder.write("web/index.html", "<html lang=zh>");
    fs::last_write_time(folder.path / "web/index.html",
                        fs::file_time_type::clock::now() + std::chrono::seconds(2));
    const auto after = files.serve(get("/index.html"));
    EXPECT_EQ(after.content(), "<html lang=zh>");
    EXPECT_NE(before.header("etag"), after.header("etag"));
}
