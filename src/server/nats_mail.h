// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <server/mail.h>

#include <platform/crypto/hash.h>
#include <platform/nats/stream.h>

namespace server {

/// Mail over NATS JetStream, for installations of several nodes. Each message carries a code made
/// with the installation's key over sender, receiver and text, so that nobody else's is taken.
class NatsMail final : public Mail {
public:
    NatsMail(const std::string& url, platform::crypto::ByteView key);

    void join(const std::string& institution, Receive receive) override;
    void start() override { stream_.start(); }
    void stop() override { stream_.stop(); }
    base::Result<void> send(const std::string& from, const std::string& to,
                            const std::string& message) override;

private:
    std::string code_of(const std::string& from, const std::string& to,
                        const std::string& message) const;
    platform::nats::Verdict deliver(const std::string& to, const Receive& receive,
                                    const std::string& body) const;

    const platform::crypto::Hmac key_;
    platform::nats::Stream stream_;  // Last: its threads use the key.
};

}  // namespace server
