// SPDX-License-Identifier: Apache-2.0
#include <platform/signing/message_signature.h>

#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>

#include <charconv>

namespace platform::signing {
namespace {

constexpr std::string_view request_components = R"(("@method" "@path" "@query" "content-digest"))";
constexpr std::string_view answer_components =
    R"(("@status" "content-digest" "signature";req;key="yg"))";

base::Error missing()
{
    return base::forbidden("signature.missing", "The message is not signed.");
}
base::Error malformed()
{
    return base::forbidden("signature.malformed", "The signature is not of the agreed form.");
}
base::Error wrong()
{
    return base::forbidden("signature.wrong", "The signature does not belong to this message.");
}

std::string content_digest(std::string_view body)
{
    return "sha-256=:" + crypto::to_base64(crypto::sha256(crypto::as_bytes(body))) + ':';
}

void append_line(std::string& base, std::string_view component, std::string_view value)
{
    base.append(component).append(": ").append(value).append("\n");
}

/// RFC 9421 section 2.5, for a request.
std::string request_base(std::string_view method, std::string_view target, std::string_view digest,
                         std::string_view parameters)
{
    const auto question = std::min(target.find('?'), target.size());
    std::string base;
    append_line(base, R"("@method")", method);
    append_line(base, R"("@path")", target.substr(0, question));
    append_line(base, R"("@query")",
                question == target.size() ? std::string_view("?") : target.substr(question));
    append_line(base, R"("content-digest")", digest);
    return base.append(R"("@signature-params": )").append(parameters);
}

/// The same for an answer, which is bound to its request by that one's signature.
std::string answer_base(int status, std::string_view digest, std::string_view request_signature,
                        std::string_view parameters)
{
    std::string base;
    append_line(base, R"("@status")", std::to_string(status));
    append_line(base, R"("content-digest")", digest);
    append_line(base, R"("signature";req;key="yg")", request_signature);
    return base.append(R"("@signature-params": )").append(parameters);
}

std::string mac(const crypto::SecretKey& secret, std::string_view base)
{
    return ':' + crypto::to_base64(crypto::Hmac(secret.view()).code256(crypto::as_bytes(base))) +
           ':';
}

bool same(std::string_view a, std::string_view b)
{
    return crypto::equal_constant_time(crypto::as_bytes(a), crypto::as_bytes(b));
}

/// Takes `prefix` off the front of `text`; false where it does not begin so.
bool take(std::string_view& text, std::string_view prefix)
{
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// Takes a quoted string of 1 to 100 plain characters.
bool take_quoted(std::string_view& text, std::string& out)
{
    if (!take(text, "\"")) return false;
    const auto end = text.find('"');
    if (end == std::string_view::npos || end == 0 || end > 100) return false;
    out = text.substr(0, end);
    text.remove_prefix(end + 1);
    return out.find('\\') == std::string::npos;
}

bool take_seconds(std::string_view& text, base::Instant& out)
{
    std::int64_t seconds = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || seconds < 0 || seconds > 100'000'000'000) return false;
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    out = {seconds * base::micros_per_second};
    return true;
}

std::string_view target_of(std::string_view url)
{
    const auto scheme = url.find("://");
    const auto slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
    return slash == std::string_view::npos ? "/" : url.substr(slash);
}

/// The value of the one signature labelled "yg"; empty where there is none.
std::string_view labelled(std::string_view header)
{
    return take(header, "yg=") ? header : std::string_view{};
}

}  // namespace

void sign(http::Call& call, const Key& key, base::Instant now, crypto::Random& random)
{
    const std::string digest = content_digest(call.body);
    const std::string parameters =
        std::string(request_components) +
        ";created=" + std::to_string(now.micros / base::micros_per_second) + ";nonce=\"" +
        crypto::to_base64url(random.bytes(16)) + "\";keyid=\"" + key.id + "\";alg=\"hmac-sha256\"";
    const std::string base =
        request_base(to_string(call.method), target_of(call.url), digest, parameters);
    call.headers.emplace_back("Content-Digest", digest);
    call.headers.emplace_back("Signature-Input", "yg=" + parameters);
    call.headers.emplace_back("Signature", "yg=" + mac(key.secret, base));
}

base::Result<Signed> verify(const http::Request& request, const FindKey& find_key,
                            base::Instant now, int window_s)
{
    const auto parameters = labelled(request.header("signature-input"));
    const auto signature = labelled(request.header("signature"));
    if (parameters.empty() || signature.empty()) return missing();

    Signed who;
    auto rest = parameters;
    if (!take(rest, request_components) || !take(rest, ";created=") ||
        !take_seconds(rest, who.created) || !take(rest, ";nonce=") ||
        !take_quoted(rest, who.nonce) || !take(rest, ";keyid=") || !take_quoted(rest, who.key_id) ||
        rest != R"(;alg="hmac-sha256")") {
        return malformed();
    }
    const auto secret = find_key(who.key_id);
    if (!secret) return base::forbidden("signature.unknown_key", "The signer is not known here.");
    const std::int64_t age = now.micros - who.created.micros;
    if (std::abs(age) > window_s * base::micros_per_second) {
        return base::forbidden("signature.stale", "The message was signed too long ago.");
    }
    const auto digest = request.header("content-digest");
    if (!same(digest, content_digest(request.body))) {
        return base::forbidden("signature.digest_wrong", "The message's content was altered.");
    }
    const std::string base =
        request_base(to_string(request.method), request.target, digest, parameters);
    if (!same(signature, mac(*secret, base))) return wrong();
    return who;
}

void sign_answer(const http::Request& request, http::Response& response, const Key& key,
                 base::Instant now)
{
    const std::string digest = content_digest(response.content());
    const std::string parameters =
        std::string(answer_components) +
        ";created=" + std::to_string(now.micros / base::micros_per_second) + ";keyid=\"" + key.id +
        "\";alg=\"hmac-sha256\"";
    const std::string base =
        answer_base(response.status, digest, labelled(request.header("signature")), parameters);
    response.set("Content-Digest", digest);
    response.set("Signature-Input", "yg=" + parameters);
    response.set("Signature", "yg=" + mac(key.secret, base));
}

base::Result<void> verify_answer(const http::Call& call, const http::Response& response,
                                 const Key& key)
{
    const auto parameters = labelled(response.header("signature-input"));
    const auto signature = labelled(response.header("signature"));
    if (parameters.empty() || signature.empty()) return missing();
    auto rest = parameters;
    base::Instant created;
    std::string key_id;
    if (!take(rest, answer_components) || !take(rest, ";created=") ||
        !take_seconds(rest, created) || !take(rest, ";keyid=") || !take_quoted(rest, key_id) ||
        rest != R"(;alg="hmac-sha256")" || key_id != key.id) {
        return malformed();
    }
    const auto digest = response.header("content-digest");
    if (!same(digest, content_digest(response.content()))) {
        return base::forbidden("signature.digest_wrong", "The answer's content was altered.");
    }
    const std::string base =
        answer_base(response.status, digest, labelled(http::find_header(call.headers, "signature")),
                    parameters);
    if (!same(signature, mac(key.secret, base))) return wrong();
    return {};
}

}  // namespace platform::signing
