// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/outbox/outbox.h>
#include <bank/partner/sealed.h>
#include <base/clock.h>
#include <platform/http/client.h>
#include <platform/metrics/metrics.h>
#include <platform/signing/message_signature.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bank::partner {

std::span<const platform::sql::Migration> migrations();

using CallId = base::Id<struct CallTag>;

/// A partner as the bank's folder names it (partners.yaml).
struct Settings {
    std::string code = {};  // "police"
    std::string url = {};   // Questions go to url + "/questions".
    std::string key = {};   // The name of the shared secret that signs both ways.
    int answer_timeout_ms = 5'000;
    int attempts = 3;
    int first_retry_ms = 1'000;  // Doubled each time.
    int deadline_ms = 30'000;    // For all attempts, and for an answer promised for later.
};

/// What is asked. The content may hold personal data: it is sealed where it is stored, sent over a
/// signed call, and wiped once it is answered.
struct Question {
    std::string partner;
    std::string question;     // "identity-check"; the README lists them with their contents.
    std::string correlation;  // What the answer is for; with the partner unique in the book.
    platform::json::Value content;
};

/// What came back. The content is an object with a `status`: the partner's own, or `refused` (with
/// `reason`) where it declined for good, or `timeout` where there was no answer in time; then it is
/// not known whether the partner acted.
struct Answer {
    CallId call;
    std::string partner;
    std::string question;
    std::string correlation;
    std::string status;
    platform::json::Value content;
    bool after_timeout = false;  // `timeout` had been told before.
};

/// Something that a partner tells of its own accord ("credit", "receipt").
struct Notice {
    std::string partner;
    std::string type;
    std::string id;  // The partner's; the same notice never acts twice.
    platform::json::Value content;
};

/// What is called in the unit of work that records an answer or a notice, so that the effect is
/// exactly once. A refusal of a listener does not undo the record: it is counted and stays as
/// `trouble` on the call.
using OnAnswer = std::function<base::Result<void>(platform::sql::Transaction&, const Answer&)>;
using OnNotice = std::function<base::Result<void>(platform::sql::Transaction&, const Notice&)>;

enum class CallState { waiting, accepted, answered, timed_out };
std::string_view to_string(CallState state);

/// A call as the workbench shows it.
struct CallView {
    CallId id;
    std::string partner;
    std::string question;
    std::string correlation;
    CallState state;
    int attempts;
    std::string last_trouble;  // Reason of the last failed attempt, or of a listener; may be empty.
    int duplicates;            // Answers that came again and were ignored.
    base::Instant asked_at;
    std::optional<base::Instant> answered_at;
};

/// One institution's calls to its partners. A call is recorded in the unit of work that needs it
/// and made after the commit, on threads of its own, with the call's id as idempotency key: a
/// partner that removes duplicates acts once however often it is asked. An answer is recorded once;
/// it may come in the response or later, signed, through receive().
class Partners {
public:
    struct Environment {
        platform::sql::Book& book;
        outbox::Outbox& outbox;
        const Sealer& sealer;
        platform::http::Client& client;
        platform::signing::FindKey find_key;
        platform::crypto::Random& random;
        std::string institution;  // Told to the partner, and by it to us.
        platform::metrics::Registry* metrics = nullptr;
        int threads = 4;
    };
    Partners(Environment environment, std::vector<Settings> partners);
    ~Partners();  // stop().

    /// Before start(). "*" hears all questions.
    void on_answer(std::string question, OnAnswer listener);
    void on_notice(std::string partner, std::string type, OnNotice listener);
    void start();
    void stop();
    void wake();

    /// Asks. Again with the same correlation: the same call, asked anew only where it had timed
    /// out. Errors: partner.unknown, partner.correlation_reused (for another question).
    base::Result<CallId> ask(platform::sql::Transaction& transaction, const Question& question);

    /// Takes a signed request of a partner, on a worker. Errors: those of signing::verify,
    /// partner.replayed, partner.notice_malformed, partner.call_unknown, partner.notice_unknown,
    /// those of the book. A notice or answer that came before is accepted and ignored.
    base::Result<void> receive(const platform::http::Request& request);
    /// The first half of receive, for what is answered at once: verifies the request and that it
    /// did not come before. What it asks for is the caller's to make happen once. Errors: as
    /// receive, without partner.call_unknown and partner.notice_unknown.
    base::Result<Notice> accept(const platform::http::Request& request);
    /// Signs the answer to a request that was accepted from `partner`.
    void sign(std::string_view partner, const platform::http::Request& request,
              platform::http::Response& response) const;
    /// Which institution a partner's request is for; not yet verified. Errors:
    /// partner.notice_malformed.
    static base::Result<std::string> institution_of(const platform::http::Request& request);

    std::optional<CallView> find(platform::sql::Snapshot& snapshot, std::string_view partner,
                                 std::string_view correlation);
    /// Calls that wait, or ended by a timeout or in trouble, newest first.
    std::vector<CallView> unsettled(platform::sql::Snapshot& snapshot, int limit);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::partner
