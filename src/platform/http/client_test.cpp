// SPDX-License-Identifier: Apache-2.0
#include <platform/http/client.h>
#include <platform/http/internal/raw_client.h>
#include <platform/http/server.h>

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

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

template <class Write>
std::string pem(Write write)
{
    BIO* out = BIO_new(BIO_s_mem());
    write(out);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out, &text);
    std::string copy(text, static_cast<std::size_t>(size));
    BIO_free(out);
    return copy;
}

/// A certificate for "localhost" that signs itself.
Tls self_signed()
{
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
    X509_add_ext(certificate, names, -1);
    X509_sign(certificate, key, EVP_sha256());
    Tls tls{pem([&](BIO* out) { PEM_write_bio_X509(out, certificate); }), pem([&](BIO* out) {
                PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
            })};
    X509_EXTENSION_free(names);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return tls;
}

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

TEST(HttpClient, SpeaksTlsOnlyWithWhomItTrusts)
{
    const Tls identity = self_signed();
    Router router;
    router.add(Route{.method = Method::post,
                     .pattern = "/echo",
                     .handler =
                         [](const Request& request, Reply reply) {
                             reply.send(
                                 text_response(200, request.secure ? request.body : "not secure"));
                         },
                     .body_bytes = 1024 * 1024});
    ServerSettings settings;
    settings.port = 0;
    settings.tls = identity;
    Server server(std::move(settings), std::move(router));
    server.start();
    const auto port = std::to_string(server.port());
    const std::string big(300'000, 'x');

    Client trusting({.authorities_pem = identity.certificate_pem});
    for (const std::string& body : {std::string("开"), big}) {
        const auto answer = trusting.send(
            {.url = "https://localhost:" + port + "/echo", .body = body, .repeatable = true});
        ASSERT_TRUE(answer) << answer.error().reason;
        EXPECT_EQ(answer.value().body, body);
        EXPECT_NE(answer.value().header("strict-transport-security"), "");
    }
    const auto closed = trusting.send({.url = "https://localhost:" + port + "/echo",
                                       .headers = {{"Connection", "close"}},
                                       .body = big});
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed.value().body, big);
    EXPECT_EQ(reason(trusting.send({.url = "https://127.0.0.1:" + port + "/echo"})),
              "http.unreachable");
    Client stranger;
    EXPECT_EQ(reason(stranger.send({.url = "https://localhost:" + port + "/echo"})),
              "http.unreachable");
    internal::RawClient plain(server.port());
    plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(plain.read_all().find("HTTP/"), std::string::npos);
}

TEST(HttpServerTls, RefusesAnUnusableCertificate)
{
    ServerSettings settings;
    settings.tls = Tls{"not a certificate", "nor a key"};
    EXPECT_THROW(Server(std::move(settings), Router()), std::runtime_error);
}
