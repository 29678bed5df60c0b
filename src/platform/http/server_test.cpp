// SPDX-License-Identifier: Apache-2.0
#include <platform/http/client.h>
#include <platform/http/internal/raw_client.h>
#include <platform/http/problem.h>
#include <platform/http/server.h>

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <mutex>
#include <thread>

using namespace platform::http;
using internal::RawClient;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

Route echo(Execution execution, std::string pattern)
{
    return {.method = Method::post,
            .pattern = std::move(pattern),
            .execution = execution,
            .handler = [](const Request& request,
                          Reply reply) { reply.send(text_response(200, request.body)); },
            .body_bytes = 1000};
}

Router test_router()
{
    Router router;
    router.add(echo(Execution::io, "/echo"));
    router.add(echo(Execution::worker, "/work"));
    router.add(Route{.method = Method::get,
                     .pattern = "/accounts/{account}",
                     .execution = Execution::io,
                     .handler = [](const Request& request, Reply reply) {
                         reply.send(text_response(
                             200, std::string(request.parameter("account")) + "|" +
                                      std::string(request.query_value("q").value_or("-"))));
                     }});
    router.add(Route{
        .method = Method::get, .pattern = "/dropped", .handler = [](const Request&, Reply) {}});
    router.add(
        Route{.method = Method::get, .pattern = "/throws", .handler = [](const Request&, Reply) {
                  throw std::runtime_error("disk full");
              }});
    return router;
}

ServerSettings quick_settings()
{
    ServerSettings settings;
    settings.port = 0;
    settings.header_ms = 300;
    settings.body_ms = 400;
    settings.idle_ms = 600;
    return settings;
}

class HttpServer : public testing::Test {
protected:
    void run(ServerSettings settings = quick_settings(), Router router = test_router())
    {
        server_.emplace(std::move(settings), std::move(router));
        server_->start();
    }
    std::string ask(std::string_view bytes) { return RawClient(server_->port()).exchange(bytes); }
    /// Sends it on a connection of its own and reads until the server closes.
    std::string ask_and_drain(std::string_view bytes)
    {
        RawClient client(server_->port());
        client.send(bytes);
        return client.read_all();
    }

    std::optional<Server> server_;
};

std::string status_of(const std::string& answer)
{
    return answer.substr(0, answer.find("\r\n"));
}

bool has(const std::string& answer, std::string_view text)
{
    return answer.find(text) != std::string::npos;
}

constexpr std::string_view host = "Host: localhost\r\n";

std::string post(std::string_view path, std::string_view headers, std::string_view body)
{
    return "POST " + std::string(path) + " HTTP/1.1\r\n" + std::string(host) +
           std::string(headers) + "\r\n" + std::string(body);
}

}  // namespace

TEST_F(HttpServer, AnswersOnTheIoThreadAndOnWorkers)
{
    run();
    for (const char* path : {"/echo", "/work"}) {
        const auto answer = ask(post(path, "Content-Length: 5\r\n", "hello"));
        EXPECT_EQ(status_of(answer), "HTTP/1.1 200 OK");
        EXPECT_TRUE(answer.ends_with("\r\n\r\nhello"));
    }
}

TEST_F(HttpServer, GivesDecodedPathParametersAndQuery)
{
    run();
    const auto answer = ask("GET /accounts/%E5%BC%80?q=a+b%26 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(answer.ends_with("\r\n\r\n开|a b&")) << answer;
}

TEST_F(HttpServer, SendsTheSecurityHeadersWithEveryAnswer)
{
    run();
    for (const char* path : {"/accounts/1", "/nowhere"}) {
        const auto answer = ask("GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        for (const char* line :
             {"Content-Security-Policy: default-src 'none'", "frame-ancestors 'none'",
              "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer",
              "Permissions-Policy: camera=(self)", "Cache-Control: no-store"}) {
            EXPECT_TRUE(has(answer, line)) << line;
        }
    }
}

TEST_F(HttpServer, TakesASaneRequestIdAndMakesOneInsteadOfAnother)
{
    run();
    EXPECT_TRUE(has(ask("GET /accounts/1 HTTP/1.1\r\nHost: x\r\nX-Request-Id: abc-1\r\n\r\n"),
                    "X-Request-Id: abc-1\r\n"));
    EXPECT_FALSE(
        has(ask("GET /accounts/1 HTTP/1.1\r\nHost: x\r\nX-Request-Id: a<b\r\n\r\n"), "a<b"));
}

TEST_F(HttpServer, AnswersHeadWithTheLengthAndWithoutTheBody)
{
    run();
    RawClient client(server_->port());
    client.send("HEAD /accounts/12345 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const auto answer = client.read_all();
    EXPECT_TRUE(has(answer, "Content-Length: 7\r\n"));
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(HttpServer, SaysWhichMethodsAnAddressTakes)
{
    run();
    const auto refused = ask("DELETE /accounts/1 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(status_of(refused), "HTTP/1.1 405 Method Not Allowed");
    EXPECT_TRUE(has(refused, "Allow: GET, HEAD, OPTIONS\r\n"));
    const auto options = ask("OPTIONS /echo HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(status_of(options), "HTTP/1.1 204 No Content");
    EXPECT_TRUE(has(options, "Allow: POST, OPTIONS\r\n"));
}

TEST_F(HttpServer, AnswersAProblemForWhatIsNotThere)
{
    run();
    const auto answer = ask("GET /nowhere HTTP/1.1\r\nHost: x\r\nX-Request-Id: r7\r\n\r\n");
    EXPECT_TRUE(has(answer, "Content-Type: application/problem+json"));
    EXPECT_TRUE(has(answer, R"("status":404)"));
    EXPECT_TRUE(has(answer, R"("instance":"r7","reason":"http.not_found")"));
}

TEST_F(HttpServer, KeepsTheOrderOfPipelinedRequests)
{
    run();
    std::string all;
    for (int i = 0; i < 40; ++i) {
        all += post(i % 2 ? "/work" : "/echo", "Content-Length: 2\r\n", std::to_string(10 + i));
    }
    RawClient client(server_->port());
    client.send(all);
    for (int i = 0; i < 40; ++i)
        EXPECT_TRUE(client.read_answer().ends_with("\r\n\r\n" + std::to_string(10 + i)));
}

TEST_F(HttpServer, ReadsARequestThatComesByteByByte)
{
    run();
    RawClient client(server_->port());
    for (const char c : post("/echo", "Transfer-Encoding: chunked\r\n",
                             "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX: y\r\n\r\n")) {
        client.send(std::string(1, c));
    }
    EXPECT_TRUE(client.read_answer().ends_with("\r\n\r\nabcde"));
}

TEST_F(HttpServer, AnswersWhenTheHandlerForgetsOrThrows)
{
    std::promise<std::string> logged;
    auto settings = quick_settings();
    settings.on_exception = [&](const Request&, std::string_view what) {
        logged.set_value(std::string(what));
    };
    run(std::move(settings));
    EXPECT_EQ(status_of(ask("GET /dropped HTTP/1.1\r\nHost: x\r\n\r\n")),
              "HTTP/1.1 500 Internal Server Error");
    const auto thrown = ask("GET /throws HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(status_of(thrown), "HTTP/1.1 503 Service Unavailable");
    EXPECT_FALSE(has(thrown, "disk"));
    EXPECT_EQ(logged.get_future().get(), "disk full");
}

TEST_F(HttpServer, SendsAnAnswerGivenLaterByAnotherThread)
{
    std::thread later;
    Router router;
    router.add(Route{.method = Method::get,
                     .pattern = "/later",
                     .execution = Execution::io,
                     .handler = [&](const Request&, Reply reply) {
                         later = std::thread([reply = std::make_shared<Reply>(std::move(reply))] {
                             std::this_thread::sleep_for(milliseconds(50));
                             reply->send(text_response(200, "committed"));
                         });
                     }});
    run(quick_settings(), std::move(router));
    EXPECT_TRUE(ask("GET /later HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("committed"));
    later.join();
}

struct BadRequest {
    const char* what;
    std::string bytes;
    const char* status;
};

TEST_F(HttpServer, RefusesMalformedRequestsAndCloses)
{
    run();
    const std::string big(20'000, 'a');
    const BadRequest table[] = {
        {"garbage", "\x01\x02\x03\r\n\r\n", "400"},
        {"one empty line first", "\r\n" + post("/echo", "Content-Length: 1\r\n", "a"), "200"},
        {"two empty lines first", "\r\n\r\n" + post("/echo", "Content-Length: 1\r\n", "a"), "400"},
        {"no host", "GET / HTTP/1.1\r\n\r\n", "400"},
        {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
        {"length and chunked",
         post("/echo", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400"},
        {"chunked and length",
         post("/echo", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), "400"},
        {"two equal lengths", post("/echo", "Content-Length: 1\r\nContent-Length: 1\r\n", "a"),
         "400"},
        {"two lengths in one", post("/echo", "Content-Length: 1, 1\r\n", "a"), "200"},
        {"negative length", post("/echo", "Content-Length: -1\r\n", "a"), "400"},
        {"length with a sign", post("/echo", "Content-Length: +1\r\n", "a"), "400"},
        {"other coding", post("/echo", "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), "501"},
        {"hidden coding", post("/echo", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), "501"},
        {"coding in 1.0",
         "POST /echo HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
        {"blank before colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "400"},
        {"bare line feeds", "GET / HTTP/1.1\nHost: x\n\n", "400"},
        {"chunk of garbage", post("/echo", "Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n"),
         "400"},
        {"chunk too long for its size",
         post("/echo", "Transfer-Encoding: chunked\r\n", "2\r\nabcd\r\n0\r\n\r\n"), "400"},
        {"header too large", "GET / HTTP/1.1\r\nHost: x\r\nX: " + big + "\r\n\r\n", "431"},
        {"too many headers",
         [] {
             std::string all = "GET / HTTP/1.1\r\nHost: x\r\n";
             for (int i = 0; i < 200; ++i) all += "X: y\r\n";
             return all + "\r\n";
         }(),
         "431"},
        {"body too large", post("/echo", "Content-Length: 1001\r\n", big.substr(0, 1001)), "413"},
        {"chunked body too large",
         post("/echo", "Transfer-Encoding: chunked\r\n", "4e20\r\n" + big + "\r\n0\r\n\r\n"),
         "413"},
        {"traversal", "GET /../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"escaped traversal", "GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"escaped slash", "GET /accounts/a%2fb HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"escaped backslash", "GET /a%5Cb HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"nul in the path", "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"bad UTF-8 in the path", "GET /%C0%AF HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"surrogate in the path", "GET /%ED%A0%80 HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"half an escape", "GET /a%2 HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"bad UTF-8 in the query", "GET /a?b=%FF HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"unknown method", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", "501"},
        {"connect", "CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n", "501"},
        {"version 2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505"},
        {"unknown expectation", post("/echo", "Expect: tea\r\nContent-Length: 1\r\n", "a"), "417"},
        {"control character in a header", "GET / HTTP/1.1\r\nHost: x\r\nX: a\x01z\r\n\r\n", "400"},
    };
    for (const auto& bad : table) {
        const auto answer = ask_and_drain(bad.bytes);
        EXPECT_EQ(answer.substr(0, 12), std::string("HTTP/1.1 ") + bad.status) << bad.what;
        if (bad.status[0] != '2') {
            EXPECT_TRUE(has(answer, "Connection: close")) << bad.what;
            EXPECT_EQ(answer.find("Date: "), answer.rfind("Date: ")) << bad.what;
        }
    }
}

TEST_F(HttpServer, CutsOffASlowHeaderHoweverItTrickles)
{
    run();
    RawClient client(server_->port());
    const auto began = steady_clock::now();
    client.send("GET /accounts/1 HTTP/1.1\r\n");
    std::thread trickle([&] {
        for (int i = 0; i < 30 && client.send("X: y\r\n"); ++i)
            std::this_thread::sleep_for(milliseconds(20));
    });
    EXPECT_EQ(status_of(client.read_answer()), "HTTP/1.1 408 Request Timeout");
    EXPECT_LT(steady_clock::now() - began, milliseconds(550));
    trickle.join();
}

TEST_F(HttpServer, CutsOffASlowBody)
{
    run();
    const auto began = steady_clock::now();
    EXPECT_EQ(status_of(ask(post("/echo", "Content-Length: 9\r\n", "abc"))),
              "HTTP/1.1 408 Request Timeout");
    EXPECT_LT(steady_clock::now() - began, milliseconds(900));
}

TEST_F(HttpServer, ClosesConnectionsThatSayNothing)
{
    run();
    RawClient silent(server_->port());
    EXPECT_EQ(silent.read_all(), "");
    RawClient quiet(server_->port());
    EXPECT_TRUE(has(quiet.exchange("GET /accounts/1 HTTP/1.1\r\nHost: x\r\n\r\n"), "200 OK"));
    EXPECT_EQ(quiet.read_all(), "");
}

TEST_F(HttpServer, Answers503WhenAHandlerMissesItsDeadlineAndDropsTheLateAnswer)
{
    std::promise<Reply> kept;
    Router router;
    router.add(
        Route{.method = Method::get,
              .pattern = "/stuck",
              .execution = Execution::io,
              .handler = [&](const Request&, Reply reply) { kept.set_value(std::move(reply)); },
              .deadline_ms = 200});
    run(quick_settings(), std::move(router));
    const auto answer = ask("GET /stuck HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(status_of(answer), "HTTP/1.1 503 Service Unavailable");
    EXPECT_TRUE(has(answer, "http.handler_timeout"));
    Reply late = kept.get_future().get();
    EXPECT_TRUE(late.abandoned());
    late.send(text_response(200, "late"));
}

TEST_F(HttpServer, Answers503WithRetryAfterWhenTheWorkersQueueIsFull)
{
    std::promise<void> open;
    const auto gate = open.get_future().share();
    Router router;
    router.add(Route{
        .method = Method::get, .pattern = "/slow", .handler = [gate](const Request&, Reply reply) {
            gate.wait();
            reply.send(text_response(200, "done"));
        }});
    auto settings = quick_settings();
    settings.worker_threads = 1;
    settings.worker_queue = 1;
    run(std::move(settings), std::move(router));
    constexpr std::string_view request = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
    RawClient running(server_->port());
    running.send(request);
    std::this_thread::sleep_for(milliseconds(100));
    RawClient waiting(server_->port());
    waiting.send(request);
    std::this_thread::sleep_for(milliseconds(100));
    const auto refused = ask(request);
    EXPECT_EQ(status_of(refused), "HTTP/1.1 503 Service Unavailable");
    EXPECT_TRUE(has(refused, "Retry-After: 1\r\n"));
    open.set_value();
    EXPECT_TRUE(running.read_answer().ends_with("done"));
    EXPECT_TRUE(waiting.read_answer().ends_with("done"));
}

TEST_F(HttpServer, LimitsConnectionsOfAnAddress)
{
    auto settings = quick_settings();
    settings.connections_per_address = 2;
    run(std::move(settings));
    RawClient first(server_->port());
    RawClient second(server_->port());
    std::this_thread::sleep_for(milliseconds(100));
    EXPECT_EQ(RawClient(server_->port()).exchange("GET /accounts/1 HTTP/1.1\r\nHost: x\r\n\r\n"),
              "");
    EXPECT_TRUE(has(first.exchange("GET /accounts/1 HTTP/1.1\r\nHost: x\r\n\r\n"), "200 OK"));
}

TEST_F(HttpServer, AsksForAdmissionBeforeItReadsTheBody)
{
    auto settings = quick_settings();
    settings.admit = [](const Request& request) -> std::optional<Response> {
        if (request.header("x-key") == "good") return std::nullopt;
        return problem(429, "http.too_many", "Too many requests.", request.id)
            .set("Retry-After", "9");
    };
    run(std::move(settings));
    // The body never comes; the refusal does not wait for it.
    const auto refused = ask_and_drain(post("/echo", "Content-Length: 900\r\n", ""));
    EXPECT_EQ(status_of(refused), "HTTP/1.1 429 Too Many Requests");
    EXPECT_TRUE(has(refused, "Retry-After: 9\r\n"));
    EXPECT_TRUE(ask(post("/echo", "X-Key: good\r\nContent-Length: 2\r\n", "ok")).ends_with("ok"));
}

TEST_F(HttpServer, SendsContinueToThoseWhoWaitForIt)
{
    run();
    RawClient client(server_->port());
    client.send(post("/echo", "Expect: 100-continue\r\nContent-Length: 2\r\n", ""));
    EXPECT_EQ(client.read_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_TRUE(client.exchange("hi").ends_with("hi"));
}

TEST_F(HttpServer, EndsRunningRequestsBeforeItStops)
{
    Router router;
    std::promise<void> entered;
    router.add(Route{
        .method = Method::get, .pattern = "/slow", .handler = [&](const Request&, Reply reply) {
            entered.set_value();
            std::this_thread::sleep_for(milliseconds(150));
            reply.send(text_response(200, "done"));
        }});
    run(quick_settings(), std::move(router));
    RawClient idle(server_->port());
    RawClient busy(server_->port());
    busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    entered.get_future().wait();
    const auto port = server_->port();
    std::thread stopper([&] { server_->stop(5000); });
    const auto answer = busy.read_all();
    EXPECT_TRUE(answer.ends_with("done"));
    EXPECT_TRUE(has(answer, "Connection: close"));
    EXPECT_EQ(idle.read_all(), "");
    stopper.join();
    EXPECT_THROW(RawClient{port}, std::runtime_error);
}

TEST_F(HttpServer, SurvivesRepliesThatOutliveIt)
{
    std::promise<Reply> kept;
    Router router;
    router.add(Route{
        .method = Method::get, .pattern = "/kept", .handler = [&](const Request&, Reply reply) {
            kept.set_value(std::move(reply));
        }});
    run(quick_settings(), std::move(router));
    RawClient client(server_->port());
    client.send("GET /kept HTTP/1.1\r\nHost: x\r\n\r\n");
    Reply reply = kept.get_future().get();
    server_.reset();
    EXPECT_TRUE(reply.abandoned());
    reply.send(text_response(200, "nobody"));
}

TEST_F(HttpServer, AnswersManyCallersAtOnce)
{
    run();
    std::atomic<int> right = 0;
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 8; ++caller) {
        callers.emplace_back([&, caller] {
            RawClient client(server_->port());
            for (int i = 0; i < 200; ++i) {
                const std::string body = std::to_string(1000 + caller * 200 + i);
                const auto answer =
                    client.exchange(post(i % 2 ? "/work" : "/echo", "Content-Length: 4\r\n", body));
                right += answer.ends_with("\r\n\r\n" + body);
            }
        });
    }
    for (auto& caller : callers) caller.join();
    EXPECT_EQ(right, 1600);
}

TEST_F(HttpServer, CountsAndLogsByRouteWithoutQueries)
{
    platform::metrics::Registry metrics;
    std::mutex mutex;
    std::vector<std::string> lines;
    auto settings = quick_settings();
    settings.metrics = &metrics;
    settings.access_log = [&](const AccessRecord& record) {
        const std::lock_guard lock(mutex);
        lines.push_back(std::string(record.method) + " " + std::string(record.pattern) + " " +
                        std::to_string(record.status));
    };
    run(std::move(settings));
    ask("GET /accounts/77?q=secret HTTP/1.1\r\nHost: x\r\n\r\n");
    ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::lock_guard lock(mutex);
    EXPECT_EQ(lines, (std::vector<std::string>{"GET /accounts/{account} 200", "GET (none) 404"}));
    EXPECT_TRUE(
        has(metrics.exposition(),
            R"(http_requests_total{method="GET",route="/accounts/{account}",status="2xx"} 1)"));
}
