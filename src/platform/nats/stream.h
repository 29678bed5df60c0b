// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <functional>
#include <memory>
#include <string>

namespace platform::nats {

/// What becomes of a message after its consumer has seen it.
enum class Verdict {
    done,   // Its effect is durable; the broker may forget it.
    again,  // Bring it again in a while.
    never,  // It will not get better.
};

/// One JetStream stream. Thread-safe.
class Stream {
public:
    struct Settings {
        std::string url;       // "nats://127.0.0.1:4222"
        std::string name;      // Of the stream: letters and digits.
        std::string subjects;  // "yungui.clearing.*"
    };
    /// Connects in the background, for as long as it lives; a broker that is away is no error here.
    explicit Stream(const Settings& settings);
    ~Stream();  // stop().

    /// The broker has the message, for now. Errors: nats.unavailable.
    base::Result<void> publish(const std::string& subject, const std::string& body);

    /// Before start(). `act` is called on a thread of its own, with one message at a time, each at
    /// least once over all programs that consume under the same `durable` name.
    void consume(const std::string& durable, const std::string& subject,
                 std::function<Verdict(const std::string& body)> act);
    void start();
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace platform::nats
