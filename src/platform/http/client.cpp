// SPDX-License-Identifier: Apache-2.0
#include <platform/http/client.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <variant>

namespace platform::http {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

struct Address {
    bool tls = false;
    std::string host;
    std::string port;
    std::string target;
};

bool is_local(std::string_view host)
{
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

bool is_clean(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

base::Result<Address> parse_address(std::string_view url)
{
    const auto malformed = [] {
        return base::invalid("http.address_malformed", "The address is not an http or https URL.");
    };
    Address address;
    address.tls = url.starts_with("https://");
    if ((!address.tls && !url.starts_with("http://")) || !is_clean(url)) return malformed();
    url.remove_prefix(address.tls ? 8 : 7);
    const auto slash = std::min(url.find('/'), url.size());
    auto authority = url.substr(0, slash);
    address.target = slash == url.size() ? "/" : url.substr(slash);
    const auto colon = authority.rfind(':');
    const bool has_port = colon != std::string_view::npos && !authority.ends_with(']');
    address.host = authority.substr(0, has_port ? colon : authority.size());
    address.port =
        has_port ? authority.substr(colon + 1) : std::string_view(address.tls ? "443" : "80");
    unsigned port = 0;
    const char* end = address.port.data() + address.port.size();
    const auto [rest, error] = std::from_chars(address.port.data(), end, port);
    const bool port_is_wrong = error != std::errc() || rest != end || port == 0 || port > 65'535;
    if (address.host.empty() || address.host.find('@') != std::string::npos || port_is_wrong)
        return malformed();
    if (!address.tls && !is_local(address.host)) {
        return base::invalid("http.insecure_address", "Other machines are called by https only.");
    }
    return address;
}

/// One connection with an event loop of its own, driven by the caller's thread until its deadline.
class Link {
public:
    Link(const Address& address, ssl::context* tls)
    {
        if (address.tls) {
            auto& stream = stream_.emplace<ssl::stream<tcp::socket>>(context_, *tls);
            SSL_set_tlsext_host_name(stream.native_handle(), address.host.c_str());
            stream.set_verify_mode(ssl::verify_peer);
            stream.set_verify_callback(ssl::host_name_verification(address.host));
        } else {
            stream_.emplace<tcp::socket>(context_);
        }
    }

    /// False where the connection, or its TLS, does not stand before the deadline.
    bool connect(const Address& address, SteadyClock::time_point deadline)
    {
        tcp::resolver resolver(context_);
        const std::string host = address.host == "[::1]" ? "::1" : address.host;
        error_code error;
        // The system's resolver cannot be interrupted; local names and addresses do not wait.
        const auto ends = resolver.resolve(host, address.port, error);
        if (error) return false;
        const bool connected = run(deadline, [&](auto done) {
            asio::async_connect(socket(), ends,
                                [done](error_code e, const tcp::endpoint&) { done(e); });
        });
        if (!connected) return false;
        error_code ignored;
        socket().set_option(tcp::no_delay(true), ignored);
        auto* tls = std::get_if<ssl::stream<tcp::socket>>(&stream_);
        return !tls || run(deadline, [&](auto done) {
            tls->async_handshake(ssl::stream_base::client, done);
        });
    }

    bool write(std::string_view bytes, SteadyClock::time_point deadline)
    {
        return run(deadline, [&](auto done) {
            with_stream([&](auto& stream) {
                asio::async_write(stream, asio::buffer(bytes),
                                  [done](error_code e, std::size_t) { done(e); });
            });
        });
    }

    template <class Parser>
    bool read(Parser& parser, SteadyClock::time_point deadline)
    {
        return run(deadline, [&](auto done) {
            with_stream([&](auto& stream) {
                beast::http::async_read(stream, buffer_, parser,
                                        [done](error_code e, std::size_t) { done(e); });
            });
        });
    }

    error_code last_error() const { return last_error_; }
    SteadyClock::time_point kept_since;

private:
    template <class Call>
    void with_stream(Call call)
    {
        if (auto* tls = std::get_if<ssl::stream<tcp::socket>>(&stream_)) return call(*tls);
        call(std::get<tcp::socket>(stream_));
    }
    tcp::socket& socket()
    {
        if (auto* tls = std::get_if<ssl::stream<tcp::socket>>(&stream_)) return tls->next_layer();
        return std::get<tcp::socket>(stream_);
    }

    template <class Start>
    bool run(SteadyClock::time_point deadline, Start start)
    {
        std::optional<error_code> outcome;
        start([&outcome](error_code error) { outcome = error; });
        context_.restart();
        context_.run_until(deadline);
        if (!outcome) {
            error_code ignored;
            socket().close(ignored);
            context_.restart();
            context_.run();
            outcome = asio::error::timed_out;
        }
        last_error_ = *outcome;
        return !last_error_;
    }

    asio::io_context context_{1};
    std::variant<std::monostate, tcp::socket, ssl::stream<tcp::socket>> stream_;
    beast::flat_buffer buffer_;
    error_code last_error_;
};

std::string serialise(const Call& call, const Address& address)
{
    std::string out(to_string(call.method));
    out += ' ' + address.target + " HTTP/1.1\r\nHost: " + address.host;
    if (address.port != (address.tls ? "443" : "80")) out += ':' + address.port;
    out += "\r\n";
    for (const auto& [name, value] : call.headers) out += name + ": " + value + "\r\n";
    if (!call.body.empty() || !(call.method == Method::get || call.method == Method::head)) {
        out += "Content-Length: " + std::to_string(call.body.size()) + "\r\n";
    }
    return out + "\r\n" + call.body;
}

bool has_control_characters(const Headers& headers)
{
    const auto bad = [](const std::string& text) {
        return std::any_of(text.begin(), text.end(), [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte < 0x20 || byte == 0x7F;
        });
    };
    return std::any_of(headers.begin(), headers.end(),
                       [&](const auto& header) { return bad(header.first) || bad(header.second); });
}

bool may_be_repeated(const Call& call)
{
    return call.repeatable || (call.method != Method::post && call.method != Method::patch);
}

}  // namespace

struct Client::State {
    explicit State(ClientSettings given) : settings(std::move(given)) {}

    /// Made at the first TLS call: reading the system's authorities takes some tens of
    /// milliseconds.
    ssl::context& tls()
    {
        std::call_once(tls_made, [this] {
            tls_context.set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
            if (settings.authorities_pem.empty()) {
                tls_context.set_default_verify_paths();
            } else {
                tls_context.add_certificate_authority(asio::buffer(settings.authorities_pem));
            }
        });
        return tls_context;
    }

    std::unique_ptr<Link> take(const std::string& key)
    {
        const std::lock_guard lock(mutex);
        auto& links = kept[key];
        const auto oldest = SteadyClock::now() - std::chrono::milliseconds(settings.kept_ms);
        while (!links.empty()) {
            auto link = std::move(links.back());
            links.pop_back();
            if (link->kept_since > oldest) return link;
        }
        return nullptr;
    }

    void keep(const std::string& key, std::unique_ptr<Link> link)
    {
        link->kept_since = SteadyClock::now();
        const std::lock_guard lock(mutex);
        auto& links = kept[key];
        links.push_back(std::move(link));
        if (links.size() > settings.kept_connections) links.pop_front();
    }

    const ClientSettings settings;
    ssl::context tls_context{ssl::context::tls_client};
    std::once_flag tls_made;
    std::mutex mutex;
    std::map<std::string, std::deque<std::unique_ptr<Link>>> kept;
};

Client::Client(ClientSettings settings) : state_(std::make_unique<State>(std::move(settings))) {}
Client::~Client() = default;

base::Result<Response> Client::send(const Call& call)
{
    const Address address = TRY(parse_address(call.url));
    if (has_control_characters(call.headers)) {
        return base::invalid("http.address_malformed", "A header holds control characters.");
    }
    const auto deadline = SteadyClock::now() + std::chrono::milliseconds(call.deadline_ms);
    const std::string key = (address.tls ? "s" : "p") + address.host + ':' + address.port;
    const std::string bytes = serialise(call, address);

    // A kept connection may have been closed by the other side while it lay idle; a call that must
    // not be sent twice takes a new one.
    for (auto link = may_be_repeated(call) ? state_->take(key) : nullptr;; link = nullptr) {
        const bool was_kept = link != nullptr;
        if (!link) {
            link = std::make_unique<Link>(address, address.tls ? &state_->tls() : nullptr);
            if (!link->connect(address, deadline)) {
                return base::unavailable("http.unreachable", "The other side cannot be reached.");
            }
        }
        beast::http::response_parser<beast::http::string_body> parser;
        parser.body_limit(state_->settings.answer_bytes);
        parser.header_limit(64 * 1024);
        parser.skip(call.method == Method::head);
        if (link->write(bytes, deadline) && link->read(parser, deadline)) {
            auto message = parser.release();
            Response response;
            response.status = static_cast<int>(message.result_int());
            for (const auto& field : message) {
                response.add({field.name_string().data(), field.name_string().size()},
                             std::string(field.value()));
            }
            response.body = std::move(message.body());
            if (message.keep_alive()) state_->keep(key, std::move(link));
            return response;
        }
        const auto error = link->last_error();
        if (error == beast::http::error::body_limit) {
            return base::unavailable("http.answer_too_large",
                                     "The other side's answer is too large.");
        }
        if (was_kept && !parser.got_some() && SteadyClock::now() < deadline) continue;
        if (error.category() == make_error_code(beast::http::error::bad_version).category() &&
            error != beast::http::error::end_of_stream &&
            error != beast::http::error::partial_message) {
            return base::unavailable("http.answer_malformed",
                                     "The other side's answer is not HTTP.");
        }
        return base::unavailable("http.no_answer", "The other side did not answer in time.");
    }
}

}  // namespace platform::http
