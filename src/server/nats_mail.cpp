// SPDX-License-Identifier: Apache-2.0
#include <server/nats_mail.h>

#include <platform/crypto/encoding.h>
#include <platform/log/log.h>

namespace server {

namespace nats = platform::nats;
using base::Result;

namespace {

const std::string subject_prefix = "yungui.clearing.";

}  // namespace

NatsMail::NatsMail(const std::string& url, platform::crypto::ByteView key)
    : key_(key), stream_({.url = url, .name = "YUNGUI-CLEARING", .subjects = subject_prefix + "*"})
{
}

std::string NatsMail::code_of(const std::string& from, const std::string& to,
                              const std::string& message) const
{
    namespace crypto = platform::crypto;
    crypto::Bytes framed;
    for (const auto* part : {&from, &to, &message})
        crypto::append_framed(framed, crypto::as_bytes(*part));
    const auto digest = key_.code256(framed);
    return crypto::to_hex(digest);
}

/// A body is sender, code and text, a line each for the first two.
void NatsMail::join(const std::string& institution, Receive receive)
{
    stream_.consume("clearing-" + institution, subject_prefix + institution,
                    [this, institution, receive = std::move(receive)](const std::string& body) {
                        return deliver(institution, receive, body);
                    });
}

nats::Verdict NatsMail::deliver(const std::string& to, const Receive& receive,
                                const std::string& body) const
{
    const auto first = body.find('\n');
    const auto second = first == body.npos ? body.npos : body.find('\n', first + 1);
    if (second == body.npos) return nats::Verdict::never;
    const std::string from = body.substr(0, first);
    const std::string message = body.substr(second + 1);
    if (body.substr(first + 1, second - first - 1) != code_of(from, to, message)) {
        platform::log::warning("mail.forged", {{"to", to}});
        return nats::Verdict::never;
    }
    try {
        const auto taken = receive(from, message);
        if (taken) return nats::Verdict::done;
        return taken.error().kind == base::ErrorKind::unavailable ? nats::Verdict::again
                                                                  : nats::Verdict::never;
    } catch (const std::exception& failure) {
        platform::log::error("mail.failed", {{"to", to}, {"what", failure.what()}});
        return nats::Verdict::again;
    }
}

Result<void> NatsMail::send(const std::string& from, const std::string& to,
                            const std::string& message)
{
    return stream_.publish(subject_prefix + to,
                           from + "\n" + code_of(from, to, message) + "\n" + message);
}

}  // namespace server
