// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace server {

/// How clearing messages travel between the institutions of the group: at least once, in any order,
/// perhaps late, perhaps never. Who sends asks again until it is answered.
class Mail {
public:
    /// Takes a message; a success says that its effect is durable, so that it may be forgotten. An
    /// `unavailable` has it brought again; any other error ends its way here.
    using Receive =
        std::function<base::Result<void>(const std::string& from, const std::string& message)>;

    virtual ~Mail() = default;
    /// Before start().
    virtual void join(const std::string& institution, Receive receive) = 0;
    virtual void start() = 0;
    virtual void stop() = 0;
    /// Errors: mail.no_such_institution, mail.unavailable; in the same program also the receiver's.
    virtual base::Result<void> send(const std::string& from, const std::string& to,
                                    const std::string& message) = 0;
};

/// Within one program: the receiver acts on the sender's thread.
class InnerMail final : public Mail {
public:
    void join(const std::string& institution, Receive receive) override
    {
        receivers_[institution] = std::move(receive);
    }
    void start() override {}
    void stop() override {}
    base::Result<void> send(const std::string& from, const std::string& to,
                            const std::string& message) override
    {
        const auto found = receivers_.find(to);
        if (found == receivers_.end())
            return base::not_found("mail.no_such_institution", "no institution \"" + to + "\"");
        return found->second(from, message);
    }

private:
    std::map<std::string, Receive, std::less<>> receivers_;
};

}  // namespace server
