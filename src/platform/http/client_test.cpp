// SPDX-License-Identifier: Apache-2.0
#include <platform/http/client.h>
#include <platform/http/internal/raw_client.h>
#include <platform/http/server.h>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

using namespace platform::http;

namespace {

/// A listening socket that answers one connection with given bytes, or not at all.
class OneAnswer {
public:
    explicit OneAnswer(std::string answer) : listener_(::socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
        listen(listener_, 4);
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port = ntohs(address.sin_port);
        thread_ = std::thread([this, answer = std::move(answer)] {
            const int peer = accept(listener_, nullptr, nullptr);
            char chunk[4096];
            (void)!recv(peer, chunk, sizeof chunk, 0);
            (void)!::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
            if (answer.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(500));
            ::close(peer);
        });
    }
    ~OneAnswer()
    {
        thread_.join();
        ::close(listener_);
    }
    std::uint16_t port = 0;

private:
    int listener_;
    std::thread thread_;
};

std::string url(std::uint16_t port, std::string_view path = "/")
{
    return "http://127.0.0.1:" + std::to_string(port) + std::string(path);
}

std::string reason(const base::Result<Response>& result)
{
    return result ? "" : std::string(result.error().reason);
}

}  // namespace

TEST(HttpClient, CallsAServerAndKeepsTheConnection)
{
    Router router;
    router.add(Route{.method = Method::post,
                     .pattern = "/echo",
                     .handler = [](const Request& request, Reply reply) {
                         reply.send(text_response(
                             201, request.body + std::string(request.header("x-sign"))));
                     }});
    ServerSettings settings;
    settings.port = 0;
    settings.connections_per_address = 1;
    Server server(std::move(settings), std::move(router));
    server.start();
    Client client;
    for (int i = 0; i < 3; ++i) {
        const auto answer = client.send({.url = url(server.port(), "/echo"),
                                         .headers = {{"X-Sign", "s"}},
                                         .body = "开",
                                         .repeatable = true});
        ASSERT_TRUE(answer) << answer.error().reason;
        EXPECT_EQ(answer.value().status, 201);
        EXPECT_EQ(answer.value().body, "开s");
    }
}

TEST(HttpClient, SaysWhetherTheCallMayHaveArrived)
{
    Client client({.answer_bytes = 100});
    const auto began = std::chrono::steady_clock::now();
    const auto call = [&](const std::string& to) {
        return reason(client.send({.url = to, .deadline_ms = 200}));
    };
    EXPECT_EQ(call(url(OneAnswer("").port)), "http.no_answer");
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(1000));
    EXPECT_EQ(call(url(OneAnswer("HTTP/1.1 200 OK\r\nContent-Le").port)), "http.no_answer");
    EXPECT_EQ(call(url(OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab").port)),
              "http.no_answer");
    EXPECT_EQ(call(url(OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n").port)),
              "http.answer_too_large");
    EXPECT_EQ(call(url(OneAnswer("what?\r\n\r\n").port)), "http.answer_malformed");
    EXPECT_EQ(call(url(1)), "http.unreachable");
}

TEST(HttpClient, RefusesAddressesItMustNotCall)
{
    Client client;
    const auto call = [&](const std::string& to) { return reason(client.send({.url = to})); };
    EXPECT_EQ(call("ftp://127.0.0.1/"), "http.address_malformed");
    EXPECT_EQ(call("http://127.0.0.1:99999/"), "http.address_malformed");
    EXPECT_EQ(call("http://127.0.0.1/a b"), "http.address_malformed");
    EXPECT_EQ(call("http://a@127.0.0.1/"), "http.address_malformed");
    EXPECT_EQ(call("http://bank.example/"), "http.insecure_address");
    EXPECT_EQ(reason(client.send({.url = "http://127.0.0.1:1/", .headers = {{"X", "a\r\nY: b"}}})),
              "http.address_malformed");
}
