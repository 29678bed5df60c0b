// SPDX-License-Identifier: Apache-2.0
#include <platform/http/internal/request_parser.h>

#include <platform/http/internal/target.h>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <limits>

namespace platform::http::internal {
namespace {

namespace beast = boost::beast;
using beast::http::field;
using beast::http::verb;
using boost::system::error_code;

constexpr std::size_t most_headers = 100;

struct Refusal {
    int status = 400;
    std::string_view reason = "http.malformed";
};

std::optional<Method> known(verb method)
{
    switch (method) {
        case verb::get:
            return Method::get;
        case verb::head:
            return Method::head;
        case verb::post:
            return Method::post;
        case verb::put:
            return Method::put;
        case verb::patch:
            return Method::patch;
        case verb::delete_:
            return Method::delete_;
        case verb::options:
            return Method::options;
        default:
            return std::nullopt;
    }
}

/// Whether the first line ends with a version of HTTP, so that the refusal can say that.
bool names_version(std::string_view bytes)
{
    const auto line = bytes.substr(0, bytes.find("\r\n"));
    const auto at = line.rfind(" HTTP/");
    return at != std::string_view::npos && line.size() == at + 9 && line[at + 7] == '.';
}

/// Collects one message straight into a Request. Any error code stops Beast; `refusal` says why.
class Message final : public beast::http::basic_parser<true> {
public:
    explicit Message(Request& request) : request_(&request)
    {
        body_limit(boost::none);
        header_limit(std::numeric_limits<std::uint32_t>::max());
    }

    Refusal refusal;
    std::size_t body_limit_bytes = 0;
    bool expects_continue = false;
    bool upgrades = false;

    bool keeps_alive() const { return version_ == 11 && keep_alive(); }

private:
    void stop(error_code& error, int status, std::string_view reason)
    {
        refusal = {status, reason};
        error = beast::http::error::bad_field;
    }

    void on_request_impl(verb method, beast::string_view, beast::string_view target, int version,
                         error_code& error) override
    {
        const auto method_known = known(method);
        if (!method_known) return stop(error, 501, "http.method_unknown");
        request_->method = *method_known;
        target_ = std::string(target);
        version_ = version;
    }

    void on_field_impl(field name, beast::string_view name_text, beast::string_view value,
                       error_code& error) override
    {
        if (in_body_) return;  // Trailers are read and not believed.
        if (request_->headers.size() == most_headers) {
            return stop(error, 431, "http.header_too_large");
        }
        for (const char c : value) {
            const auto byte = static_cast<unsigned char>(c);
            if ((byte < 0x20 && c != '\t') || byte == 0x7F)
                return stop(error, 400, "http.malformed");
        }
        if (name == field::host && ++hosts_ > 1) return stop(error, 400, "http.malformed");
        if (name == field::content_length && ++lengths_ > 1)
            return stop(error, 400, "http.malformed");
        if (name == field::transfer_encoding) {
            // Anything but plain chunked could be framed differently by someone before us.
            if (version_ < 11) return stop(error, 400, "http.malformed");
            if (!beast::iequals(value, "chunked")) {
                return stop(error, 501, "http.transfer_encoding_unknown");
            }
        }
        if (name == field::expect) {
            if (!beast::iequals(value, "100-continue"))
                return stop(error, 417, "http.expectation_unknown");
            expects_continue = version_ == 11;
        }
        if (name == field::upgrade && beast::iequals(value, "websocket")) upgrades = true;
        request_->headers.emplace_back(std::string(name_text), std::string(value));
    }

    void on_header_impl(error_code& error) override
    {
        in_body_ = true;
        const auto host = request_->header("host");
        if (version_ == 11 && hosts_ != 1) return stop(error, 400, "http.host_missing");
        if (host.find_first_of(" ,/\\@?#") != std::string_view::npos) {
            return stop(error, 400, "http.malformed");
        }
        if (!read_target(target_, *request_)) return stop(error, 400, "http.target_malformed");
        upgrades = upgrades && request_->method == Method::get && version_ == 11;
    }

    std::size_t take(beast::string_view bytes, error_code& error)
    {
        if (request_->body.size() + bytes.size() > body_limit_bytes) {
            stop(error, 413, "http.body_too_large");
            return 0;
        }
        request_->body.append(bytes.data(), bytes.size());
        return bytes.size();
    }

    std::size_t on_body_impl(beast::string_view bytes, error_code& error) override
    {
        return take(bytes, error);
    }
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes,
                                   error_code& error) override
    {
        return take(bytes, error);
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
    void on_finish_impl(error_code&) override {}
    void on_response_impl(int, beast::string_view, int, error_code&) override {}

    Request* request_;
    std::string target_;
    int version_ = 11;
    int hosts_ = 0;
    int lengths_ = 0;
    bool in_body_ = false;
};

}  // namespace

class RequestParser::Impl {
public:
    std::size_t header_bytes = 0;
    std::size_t header_taken = 0;
    State state = State::header;
    Refusal refusal;
    std::optional<Message> message;

    void refuse(Refusal why)
    {
        state = State::refused;
        refusal = why;
    }
};

RequestParser::RequestParser(std::size_t header_bytes) : impl_(std::make_unique<Impl>())
{
    impl_->header_bytes = header_bytes;
}

RequestParser::~RequestParser() = default;

void RequestParser::begin(Request& request)
{
    impl_->message.emplace(request);
    impl_->state = State::header;
    impl_->header_taken = 0;
}

std::size_t RequestParser::feed(std::string_view bytes)
{
    auto& impl = *impl_;
    auto& message = *impl.message;
    std::size_t used = 0;
    // An empty line before a request is skipped (RFC 9112 section 2.2), once both its bytes are
    // there.
    if (impl.state == State::header && impl.header_taken == 0) {
        if (bytes == "\r") return 0;
        if (bytes.starts_with("\r\n")) impl.header_taken = used = 2;
    }
    while (used < bytes.size()) {
        const bool in_header = !message.is_header_done();
        error_code error;
        const std::size_t taken =
            message.put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), error);
        used += taken;
        if (in_header) {
            impl.header_taken += taken;
            const std::size_t seen = error == beast::http::error::need_more
                                         ? impl.header_taken + bytes.size() - used
                                         : impl.header_taken;
            if (seen > impl.header_bytes) {
                impl.refuse({431, "http.header_too_large"});
                return used;
            }
        }
        if (error == beast::http::error::need_more) break;
        if (error) {
            impl.refuse(error == beast::http::error::bad_version && names_version(bytes)
                            ? Refusal{505, "http.version_unknown"}
                            : message.refusal);
            return used;
        }
        if (message.is_done()) {
            impl.state = State::complete;
            break;
        }
        if (in_header && message.is_header_done()) {
            impl.state = State::body;
            break;
        }
    }
    return used;
}

RequestParser::State RequestParser::state() const
{
    return impl_->state;
}
int RequestParser::status() const
{
    return impl_->refusal.status;
}
std::string_view RequestParser::reason() const
{
    return impl_->refusal.reason;
}
bool RequestParser::keep_alive() const
{
    return impl_->message->keep_alive();
}
bool RequestParser::expects_continue() const
{
    return impl_->message->expects_continue;
}
bool RequestParser::upgrades() const
{
    return impl_->message->upgrades;
}

std::optional<std::uint64_t> RequestParser::content_length() const
{
    const auto length = impl_->message->content_length();
    return length ? std::optional(*length) : std::nullopt;
}

void RequestParser::set_body_limit(std::size_t bytes)
{
    impl_->message->body_limit_bytes = bytes;
}

}  // namespace platform::http::internal
