// SPDX-License-Identifier: Apache-2.0
#include <sandbox/errand_partners.h>
#include <sandbox/sandbox.h>

#include <base/id.h>
#include <platform/http/client.h>
#include <platform/http/problem.h>
#include <platform/http/server.h>
#include <platform/json/value.h>
#include <sandbox/clearing_house.h>
#include <sandbox/internal/scheduler.h>
#include <sandbox/money_partners.h>
#include <sandbox/partners.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>

namespace sandbox {
namespace {

namespace http = platform::http;
namespace json = platform::json;
namespace signing = platform::signing;
using std::chrono::milliseconds;

constexpr std::array<std::string_view, 10> partners{
    "police", "bank", "sms", "clearing", "card", "wallet", "biller", "courier", "fund", "auditor"};
constexpr int silence_ms = 60'000;
constexpr int notice_attempts = 6;
constexpr int gate_looked_at_ms = 500;

bool is_partner(std::string_view name)
{
    return std::find(partners.begin(), partners.end(), name) != partners.end();
}

std::string_view notice_path(std::string_view partner)
{
    if (partner == "police") return "/v1/partners/police/answers";
    if (partner == "bank") return "/v1/partners/bank/credits";
    if (partner == "biller") return "/v1/partners/biller/answers";
    if (partner == "wallet") return "/v1/partners/wallet/answers";
    if (partner != "sms") return "/v1/partners/clearing/messages";
    return "/v1/partners/sms/receipts";
}

std::string key_name(std::string_view partner)
{
    return "partner-" + std::string(partner);
}

http::Response unavailable(std::string_view request_id)
{
    return http::problem(base::unavailable("partner.unavailable", "Not now."), request_id);
}

}  // namespace

std::vector<std::string> key_names()
{
    std::vector<std::string> out;
    for (const auto partner : partners) out.push_back(key_name(partner));
    return out;
}

struct Sandbox::State {
    State(Settings given, signing::SharedKeys shared, const base::Clock& a_clock,
          platform::crypto::Random& a_random)
        : settings(std::move(given)),
          keys(std::move(shared)),
          clock(a_clock),
          random(a_random),
          knowledge(settings.knows),
          journal(settings.data / "sandbox.jsonl"),
          client({.authorities_pem = settings.bank_authority_pem})
    {
    }

    http::Router make_router();
    void ask(const http::Request& request, http::Reply reply);
    void carry_out(std::string partner, std::string institution, Asked asked, Behaviour behaviour,
                   json::Value record, http::Request request,
                   const std::shared_ptr<http::Reply>& reply);
    json::Value work_out(std::string_view partner, const json::Value& record, const Asked& asked);
    void send_notice(std::string partner, json::Object envelope, milliseconds delay,
                     int attempt = 1);
    json::Object envelope(std::string_view institution, std::string_view type,
                          std::string_view call, json::Value content);
    void follow_payment(const std::string& institution, const Asked& asked,
                        const json::Value& answer);
    http::Response control(const http::Request& request);
    http::Response call_bank(const http::Request& request);
    http::Response handset(const http::Request& request) const;

    signing::Key key_of(std::string_view partner) const
    {
        const auto secret = keys.find(key_name(partner));
        base::ensure(secret.has_value());
        return {key_name(partner), *secret};
    }

    const Settings settings;
    const signing::SharedKeys keys;
    const base::Clock& clock;
    platform::crypto::Random& random;
    Knowledge knowledge;
    Journal journal;
    http::Client client;
    std::atomic<bool> stopping = false;
    std::optional<http::Server> server;
    std::optional<internal::Scheduler> scheduler;
};

json::Object Sandbox::State::envelope(std::string_view institution, std::string_view type,
                                      std::string_view call, json::Value content)
{
    std::array<std::uint8_t, 8> bytes{};
    random.fill(bytes);
    std::uint64_t number = 0;
    for (const auto byte : bytes) number = number << 8 | byte;
    return {{"notice", base::id_text(number)},
            {"type", type},
            {"institution", institution},
            {"call", call},
            {"content", std::move(content)}};
}

json::Value Sandbox::State::work_out(std::string_view partner, const json::Value& record,
                                     const Asked& asked)
{
    if (partner == "police") return answer_police(record, asked);
    if (partner == "bank") return answer_bank(record, asked, journal);
    if (partner == "clearing")
        return answer_clearing(knowledge.of(partner), asked, journal, clock.now());
    if (partner == "card") return answer_card(record, asked, journal);
    if (partner == "wallet") {
        return asked.question.starts_with("daily-")
                   ? answer_daily(knowledge.of(partner), asked, journal)
                   : answer_wallet(knowledge.of(partner), record, asked, journal);
    }
    if (partner == "biller")
        return answer_biller(knowledge.of(partner), record, asked, journal, clock.now());
    if (partner == "courier") return answer_courier(knowledge.of(partner), asked, journal);
    if (partner == "fund") return answer_fund(record, asked, journal);
    return answer_sms(asked, journal, clock.now());
}

void Sandbox::State::ask(const http::Request& request, http::Reply reply)
{
    const std::string partner(request.parameter("partner"));
    if (!is_partner(partner)) {
        return reply.send(
            http::problem(base::not_found("partner.unknown", "No such partner."), request.id));
    }
    const auto key = key_of(partner);
    const auto genuine = signing::verify(
        request,
        [&](std::string_view id) {
            return id == key.id ? std::optional(key.secret) : std::nullopt;
        },
        clock.now());
    if (!genuine) return reply.send(http::problem(genuine.error(), request.id));
    const auto body = json::parse(request.body);
    if (!body || body.value()["call"].text_or().empty() || !body.value()["content"].object()) {
        auto response =
            http::problem(base::invalid("partner.question_malformed", "Malformed."), request.id);
        signing::sign_answer(request, response, key, clock.now());
        return reply.send(std::move(response));
    }
    Asked asked{.call = std::string(body.value()["call"].text_or()),
                .question = std::string(body.value()["question"].text_or()),
                .content = body.value()["content"],
                .institution = std::string(body.value()["institution"].text_or())};
    auto record = find_record(partner, knowledge.of(partner), asked);
    auto behaviour = knowledge.behaviour(partner, record);
    const milliseconds delay(behaviour.delay_ms + (behaviour.mode == Mode::slow
                                                       ? static_cast<int>(behaviour.seconds * 1000)
                                                       : 0));
    auto kept = std::make_shared<http::Reply>(std::move(reply));
    scheduler->after(
        delay, [this, partner, institution = std::string(body.value()["institution"].text_or()),
                asked = std::move(asked), behaviour = std::move(behaviour),
                record = std::move(record), request, kept] {
            carry_out(partner, institution, asked, behaviour, record, request, kept);
        });
}

void Sandbox::State::carry_out(std::string partner, std::string institution, Asked asked,
                               Behaviour behaviour, json::Value record, http::Request request,
                               const std::shared_ptr<http::Reply>& reply)
{
    if (behaviour.mode == Mode::unavailable) return reply->send(unavailable(request.id));
    // What has had its effect is answered as it was, whatever the behaviour is now.
    const auto before = journal.answer_to(asked.call);
    const json::Value answer =
        before ? *before
        : behaviour.mode == Mode::refuse
            ? json::Value(json::Object{{"status", "refused"}, {"reason", behaviour.reason}})
            : work_out(partner, record, asked);
    if (partner == "sms" && answer["status"].text_or() == "sent") {
        send_notice(partner,
                    envelope(institution, "receipt", asked.call,
                             json::Object{{"call", asked.call}, {"status", "delivered"}}),
                    milliseconds(300));
    }
    if (partner == "clearing" && asked.question == "pacs.008")
        follow_payment(institution, asked, answer);
    const auto again = [&](milliseconds delay) {
        send_notice(partner, envelope(institution, "answer", asked.call, answer), delay);
    };
    switch (behaviour.mode) {
        case Mode::silent:
            // The caller gives up long before; the connection is kept so that it sees silence.
            return scheduler->after(milliseconds(silence_ms), [reply] {});
        case Mode::lost:
            return reply->send(unavailable(request.id));
        case Mode::later:
            again(milliseconds(static_cast<int>(behaviour.seconds * 1000)));
            break;
        case Mode::twice:
            again(milliseconds(200));
            break;
        default:
            break;
    }
    auto response = behaviour.mode == Mode::later
                        ? http::json_response(202, "{}")
                        : http::json_response(200, json::serialise(answer));
    if (behaviour.mode != Mode::unsigned_answer) {
        signing::sign_answer(request, response, key_of(partner), clock.now());
    }
    reply->send(std::move(response));
}

/// What the clearing house tells of its own accord after its answer: that a payment which waited
/// has been settled, and that one was given back.
void Sandbox::State::follow_payment(const std::string& institution, const Asked& asked,
                                    const json::Value& answer)
{
    const std::string partner{"clearing"};
    const auto known = knowledge.of(partner);
    if (status_said(answer) == "ACSC") {
        if (const auto back = given_back(known, asked, clock.now())) {
            send_notice(
                partner,
                envelope(institution, "return", {}, json::Object{{"message", back->message}}),
                milliseconds(static_cast<int>(back->seconds * 1000)));
        }
        return;
    }
    if (status_said(answer) != "PDNG") return;
    scheduler->after(milliseconds(gate_looked_at_ms), [this, partner, institution, asked] {
        if (stopping) return;
        const auto now = answer_clearing(knowledge.of(partner), asked, journal, clock.now());
        if (status_said(now) != "PDNG") {
            send_notice(
                partner,
                envelope(institution, "status", {}, json::Object{{"message", now["message"]}}),
                milliseconds(0));
        }
        follow_payment(institution, asked, now);
    });
}

void Sandbox::State::send_notice(std::string partner, json::Object envelope, milliseconds delay,
                                 int attempt)
{
    scheduler->after(delay, [this, partner = std::move(partner), envelope = std::move(envelope),
                             attempt] {
        if (stopping) return;
        http::Call call{.method = http::Method::post,
                        .url = settings.bank_url + std::string(notice_path(partner)),
                        .headers = {{"Content-Type", "application/json"}},
                        .body = json::serialise(envelope),
                        .deadline_ms = 3'000};
        signing::sign(call, key_of(partner), clock.now(), random);
        const auto answer = client.send(call);
        const bool settled = answer && answer.value().status < 500 && answer.value().status != 429;
        if (!settled && attempt < notice_attempts) {
            send_notice(partner, envelope, milliseconds(500 << attempt), attempt + 1);
        }
    });
}

http::Response Sandbox::State::control(const http::Request& request)
{
    const std::string partner(request.parameter("partner"));
    if (!is_partner(partner)) {
        return http::problem(base::not_found("partner.unknown", "No such partner."), request.id);
    }
    const auto done = [&]() -> base::Result<void> {
        if (request.pattern == "/control/data/{partner}")
            return knowledge.replace(partner, request.body);
        if (request.method == http::Method::delete_)
            return knowledge.clear_behaviour(partner), base::Result<void>{};
        const auto body = TRY(json::parse(request.body));
        if (request.pattern == "/control/notices/{partner}") {
            send_notice(partner,
                        envelope(body["institution"].text_or(), body["type"].text_or("credit"), {},
                                 body["content"]),
                        milliseconds(0));
            return {};
        }
        knowledge.set_behaviour(partner, TRY(read_behaviour(body)));
        return {};
    }();
    return done ? http::Response{.status = 204} : http::problem(done.error(), request.id);
}

/// Has a partner make a signed request of the bank and answers what came of it: {path, body,
/// tampered (changes the body after signing), times (sends the very same so often)} → the last
/// {status, body, genuine (the answer is signed)}.
http::Response Sandbox::State::call_bank(const http::Request& request)
{
    const std::string partner(request.parameter("partner"));
    const auto wanted = json::parse(request.body);
    if (!is_partner(partner) || !wanted || wanted.value()["path"].text_or().empty()) {
        return http::problem(base::invalid("partner.question_malformed", "Malformed."), request.id);
    }
    http::Call call{.method = http::Method::post,
                    .url = settings.bank_url + std::string(wanted.value()["path"].text_or()),
                    .headers = {{"Content-Type", "application/json"}},
                    .body = json::serialise(wanted.value()["body"]),
                    .deadline_ms = 5'000};
    const auto key = key_of(partner);
    signing::sign(call, key, clock.now(), random);
    if (wanted.value()["tampered"].boolean_or(false)) call.body += ' ';
    json::Object told;
    for (std::int64_t i = 0;
         i < std::clamp<std::int64_t>(wanted.value()["times"].integer_or(1), 1, 5); ++i) {
        const auto answer = client.send(call);
        if (!answer) return http::problem(answer.error(), request.id);
        const auto body = json::parse(answer.value().content());
        if (partner == "wallet" && body)
            note_debit(knowledge.of(partner), wanted.value()["body"], body.value(), journal);
        told = {{"status", answer.value().status},
                {"body", body ? body.value() : json::Value{}},
                {"genuine", signing::verify_answer(call, answer.value(), key).has_value()}};
    }
    return http::json_response(200, json::serialise(told));
}

http::Response Sandbox::State::handset(const http::Request& request) const
{
    json::Array messages;
    for (const auto& message : journal.messages(request.query_value("phone").value_or(""), 200)) {
        messages.push_back(json::Object{{"id", message.id},
                                        {"phone", message.phone},
                                        {"channel", message.channel},
                                        {"text", message.text},
                                        {"at", base::to_string(message.at)}});
    }
    return http::json_response(200,
                               json::serialise(json::Object{{"messages", std::move(messages)}}));
}

http::Router Sandbox::State::make_router()
{
    using http::Method;
    http::Router router;
    router.add(http::Route{.method = Method::post,
                           .pattern = "/{partner}/questions",
                           .handler = [this](const http::Request& request,
                                             http::Reply reply) { ask(request, std::move(reply)); },
                           .deadline_ms = 2 * silence_ms});
    const auto control_route = [&](Method method, std::string pattern) {
        router.add(
            http::Route{.method = method,
                        .pattern = std::move(pattern),
                        .handler = [this](const http::Request& request,
                                          http::Reply reply) { reply.send(control(request)); },
                        .body_bytes = 1024 * 1024});
    };
    control_route(Method::put, "/control/data/{partner}");
    control_route(Method::put, "/control/behaviour/{partner}");
    control_route(Method::delete_, "/control/behaviour/{partner}");
    control_route(Method::post, "/control/notices/{partner}");
    router.add(http::Route{.method = Method::post,
                           .pattern = "/control/calls/{partner}",
                           .handler = [this](const http::Request& request, http::Reply reply) {
                               reply.send(call_bank(request));
                           }});
    router.add(http::Route{.method = Method::get,
                           .pattern = "/handset/messages",
                           .handler = [this](const http::Request& request, http::Reply reply) {
                               reply.send(handset(request));
                           }});
    router.add(http::Route{.method = Method::get,
                           .pattern = "/healthz",
                           .execution = http::Execution::io,
                           .handler = [](const http::Request&, http::Reply reply) {
                               reply.send(http::json_response(200, R"({"status":"ok"})"));
                           }});
    return router;
}

Sandbox::Sandbox(Settings settings, signing::SharedKeys keys, const base::Clock& clock,
                 platform::crypto::Random& random)
    : state_(std::make_unique<State>(std::move(settings), std::move(keys), clock, random))
{
}

Sandbox::~Sandbox()
{
    stop();
}

void Sandbox::start()
{
    http::ServerSettings settings;
    settings.port = state_->settings.port;
    settings.io_threads = 1;
    settings.worker_threads = 2;
    state_->scheduler.emplace(3);
    state_->server.emplace(std::move(settings), state_->make_router());
    state_->server->start();
}

std::uint16_t Sandbox::port() const
{
    return state_->server->port();
}

void Sandbox::stop()
{
    state_->stopping = true;
    if (state_->server) state_->server->stop(100);
    state_->scheduler.reset();
    state_->server.reset();
}

}  // namespace sandbox
