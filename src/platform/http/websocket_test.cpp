// SPDX-License-Identifier: Apache-2.0
#include <platform/http/internal/raw_client.h>
#include <platform/http/internal/websocket_frames.h>
#include <platform/http/server.h>

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <optional>
#include <thread>

using namespace platform::http;
using internal::FrameReader;
using internal::Opcode;
using internal::RawClient;

namespace {

/// A client's frame: masked with four bytes.
std::string masked(int first_byte, std::string_view payload)
{
    const unsigned char mask[4] = {0x37, 0xFA, 0x21, 0x3D};
    std::string out{static_cast<char>(first_byte)};
    if (payload.size() < 126) {
        out += static_cast<char>(0x80 | payload.size());
    } else {
        out += static_cast<char>(0x80 | 126);
        out += static_cast<char>(payload.size() >> 8);
        out += static_cast<char>(payload.size() & 0xFF);
    }
    out.append(reinterpret_cast<const char*>(mask), 4);
    for (std::size_t i = 0; i < payload.size(); ++i)
        out += static_cast<char>(payload[i] ^ mask[i % 4]);
    return out;
}

std::string upgrade_request(std::string_view path, std::string_view more = {})
{
    return "GET " + std::string(path) +
           " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           std::string(more) + "\r\n";
}

class WebSocketServer : public testing::Test {
protected:
    void SetUp() override
    {
        Router router;
        router.add(SocketRoute{
            .pattern = "/live/{customer}",
            .execution = Execution::worker,
            .handler = [this](const Request& request,
                              std::shared_ptr<Socket> socket) -> base::Result<SocketEvents> {
                if (request.parameter("customer") == "stranger") {
                    return base::forbidden("session.missing", "Sign in first.");
                }
                socket->send("hello " + std::string(request.parameter("customer")));
                sockets_.set_value(socket);
                return SocketEvents{.on_message =
                                        [weak = std::weak_ptr(socket)](std::string_view text) {
                                            if (const auto to = weak.lock())
                                                to->send("got " + std::string(text));
                                        },
                                    .on_close = [this] { closed_.set_value(); }};
            },
            .message_bytes = 1000,
            .queued_messages = 8});
        ServerSettings settings;
        settings.port = 0;
        settings.socket_ping_ms = 200;
        server_.emplace(std::move(settings), std::move(router));
        server_->start();
    }

    std::promise<std::shared_ptr<Socket>> sockets_;
    std::promise<void> closed_;
    std::optional<Server> server_;
};

}  // namespace

TEST_F(WebSocketServer, UpgradesAndTalksBothWays)
{
    RawClient client(server_->port());
    const auto answer = client.exchange(upgrade_request("/live/7"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
    // The key and answer of RFC 6455 section 1.3.
    EXPECT_NE(answer.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
              std::string::npos);
    EXPECT_EQ(client.take(9), "\x81\x07hello 7");
    client.send(masked(0x81, "开户"));
    EXPECT_EQ(client.take(12), "\x81\x0Agot 开户");
    client.send(masked(0x89, "are you there"));
    EXPECT_EQ(client.take(15),
              "\x8A\x0D"
              "are you there");
    client.send(masked(0x88, "\x03\xE8"));
    EXPECT_EQ(client.read_all(), std::string("\x88\x02\x03\xE8"));
    closed_.get_future().wait();
    EXPECT_FALSE(sockets_.get_future().get()->open());
}

TEST_F(WebSocketServer, RefusesStrangersWithAProblem)
{
    const auto answer = RawClient(server_->port()).exchange(upgrade_request("/live/stranger"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 403"));
    EXPECT_NE(answer.find("session.missing"), std::string::npos);
}

TEST_F(WebSocketServer, RefusesPagesOfOtherSitesWrongVersionsAndPlainRequests)
{
    const auto ask = [&](const std::string& request) {
        return RawClient(server_->port()).exchange(request).substr(0, 12);
    };
    EXPECT_EQ(ask(upgrade_request("/live/7", "Origin: https://evil.example\r\n")), "HTTP/1.1 403");
    EXPECT_EQ(ask("GET /live/7 HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP/1.1 426");
    auto old = upgrade_request("/live/7");
    old.replace(old.find("Version: 13"), 11, "Version: 12");
    EXPECT_EQ(ask(old), "HTTP/1.1 426");
    auto keyless = upgrade_request("/live/7");
    keyless.replace(keyless.find("dGhl"), 4, "****");
    EXPECT_EQ(ask(keyless), "HTTP/1.1 400");
    EXPECT_EQ(ask(upgrade_request("/live/7", "Origin: http://localhost\r\n")), "HTTP/1.1 101");
}

TEST_F(WebSocketServer, PingsAndDropsAPeerThatDoesNotAnswer)
{
    RawClient client(server_->port());
    client.exchange(upgrade_request("/live/7"));
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(client.read_all(), std::string("\x81\x07hello 7\x89\x00", 11));
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(1000));
    closed_.get_future().wait();
}

TEST_F(WebSocketServer, ClosesAReaderThatFallsBehind)
{
    RawClient client(server_->port());
    client.exchange(upgrade_request("/live/7"));
    const auto socket = sockets_.get_future().get();
    const std::string big(100'000, 'x');
    int sent = 0;
    while (socket->send(big) && sent < 10'000) ++sent;
    EXPECT_LT(sent, 10'000);
    EXPECT_FALSE(socket->open());
    const auto all = client.read_all();
    EXPECT_NE(all.find("too slow"), std::string::npos);
}

TEST_F(WebSocketServer, SaysGoodbyeWhenTheServerStops)
{
    RawClient client(server_->port());
    client.exchange(upgrade_request("/live/7"));
    client.take(9);
    std::thread stopper([&] { server_->stop(3000); });
    EXPECT_EQ(client.take(4), std::string("\x88\x12\x03\xE9", 4));
    client.send(masked(0x88, "\x03\xE9"));
    stopper.join();
    closed_.get_future().wait();
}

struct FrameCase {
    const char* what;
    std::string bytes;
    FrameReader::Event event;
    int code;
};

TEST(WebSocketFrames, KeepToTheProtocol)
{
    using enum FrameReader::Event;
    const FrameCase table[] = {
        {"text", masked(0x81, "a"), text, 1000},
        {"fragments", masked(0x01, "a") + masked(0x80, "b"), text, 1000},
        {"ping between fragments", masked(0x01, "a") + masked(0x89, "p"), ping, 1000},
        {"half a frame", masked(0x81, "abc").substr(0, 5), need_more, 1000},
        {"unmasked",
         "\x81\x01"
         "a",
         violation, 1002},
        {"reserved bit", masked(0xC1, "a"), violation, 1002},
        {"unknown opcode", masked(0x83, "a"), violation, 1002},
        {"unknown control", masked(0x8B, "a"), violation, 1002},
        {"binary", masked(0x82, "a"), violation, 1003},
        {"continuation of nothing", masked(0x80, "a"), violation, 1002},
        {"text in a fragmented text", masked(0x01, "a") + masked(0x81, "b"), violation, 1002},
        {"fragmented ping", masked(0x09, "a"), violation, 1002},
        {"long ping", masked(0x89, std::string(126, 'a')), violation, 1002},
        {"bad UTF-8", masked(0x81, "\xC0\xAF"), violation, 1007},
        {"UTF-8 split over fragments", masked(0x01, "\xE5\xBC") + masked(0x80, "\x80"), text, 1000},
        {"too large", masked(0x81, std::string(1001, 'a')), violation, 1009},
        {"too large in parts",
         masked(0x01, std::string(600, 'a')) + masked(0x80, std::string(600, 'a')), violation,
         1009},
        {"2^63 bytes", std::string("\x81\xFF\x80\0\0\0\0\0\0\0abcd", 14), violation, 1009},
        {"close without code", masked(0x88, ""), close, 1000},
        {"close with half a code", masked(0x88, "a"), violation, 1002},
        {"close with a reserved code", masked(0x88, "\x03\xED"), violation, 1002},
        {"close with a code of an application",
         masked(0x88,
                "\x0F\xA0"
                "bye"),
         close, 4000},
    };
    for (const auto& item : table) {
        FrameReader reader(1000);
        std::string bytes = item.bytes;
        EXPECT_EQ(static_cast<int>(reader.next(bytes)), static_cast<int>(item.event)) << item.what;
        EXPECT_EQ(reader.code(), item.code) << item.what;
    }
}
