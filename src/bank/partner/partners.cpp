// SPDX-License-Identifier: Apache-2.0
#include <bank/partner/partners.h>

#include <bank/partner/internal/breaker.h>
#include <bank/partner/internal/calls.h>
#include <bank/partner/internal/dispatcher.h>

#include <map>

namespace bank::partner {
namespace {

namespace http = platform::http;
namespace json = platform::json;
namespace sql = platform::sql;

constexpr int nonce_kept_s = 900;  // Longer than a signature is good for, early ones included.

base::Error malformed()
{
    return base::invalid("partner.notice_malformed", "The partner's message is malformed.");
}

}  // namespace

struct Partners::State {
    State(Environment given, std::vector<Settings> partners)
        : environment(std::move(given)), calls(environment.sealer), dispatcher(environment.threads)
    {
        for (auto& partner : partners) {
            const std::string code = partner.code;
            settings.emplace(code, std::move(partner));
        }
    }

    const Settings* of(std::string_view code) const
    {
        const auto found = settings.find(code);
        return found == settings.end() ? nullptr : &found->second;
    }

    void count(std::string_view name, std::string_view help, std::string_view partner,
               std::string_view outcome)
    {
        if (!environment.metrics) return;
        environment.metrics
            ->counter(name, help,
                      {{"partner", std::string(partner)}, {"outcome", std::string(outcome)}})
            .add();
    }

    std::vector<internal::Due> look();
    void handle(const internal::Due& due);
    void attempt(const internal::Due& due, const Settings& partner);
    base::Result<json::Value> call(const internal::Due& due, const Settings& partner,
                                   const internal::Attempt& attempt, bool& accepted);
    base::Result<void> record(CallId id, const json::Value& content);
    void give_up(CallId id);
    base::Result<void> tell(sql::Transaction& tx, const Answer& answer);
    void announce(sql::Transaction& tx, const Answer& answer);

    Environment environment;
    std::map<std::string, Settings, std::less<>> settings;
    internal::Calls calls;
    std::multimap<std::string, OnAnswer, std::less<>> answer_listeners;
    std::map<std::pair<std::string, std::string>, OnNotice> notice_listeners;
    std::mutex breaker_mutex;
    std::map<std::string, internal::Breaker, std::less<>> breakers;
    internal::Dispatcher dispatcher;  // Last: its threads use all of the above.
};

std::vector<internal::Due> Partners::State::look()
{
    const auto now = environment.book.clock().now();
    auto due = environment.book.read(
        [&](sql::Snapshot& snapshot) { return calls.due(snapshot, now, 64); });
    const std::lock_guard lock(breaker_mutex);
    std::erase_if(due, [&](const internal::Due& item) {
        return !item.too_late && !breakers[item.partner].lets_through(now);
    });
    return due;
}

void Partners::State::handle(const internal::Due& due)
{
    const auto* partner = of(due.partner);
    if (due.too_late || !partner) return give_up(due.id);
    attempt(due, *partner);
}

void Partners::State::attempt(const internal::Due& due, const Settings& partner)
{
    std::optional<internal::Attempt> attempt;
    const auto begun = environment.book.write([&](sql::Transaction& tx) -> base::Result<void> {
        attempt = calls.begin(tx, due.id, partner);
        return {};
    });
    if (!begun || !attempt) return;
    {
        const std::lock_guard lock(breaker_mutex);
        breakers[partner.code].begin(environment.book.clock().now());
    }
    bool accepted = false;
    auto answer = call(due, partner, *attempt, accepted);
    {
        const std::lock_guard lock(breaker_mutex);
        auto& breaker = breakers[partner.code];
        if (answer) {
            breaker.succeed();
        } else {
            breaker.fail(environment.book.clock().now());
        }
    }
    count("partner_calls_total", "Attempts to call a partner.", partner.code,
          answer ? (accepted ? "accepted" : "answered") : answer.error().reason);
    if (answer && !accepted) {
        (void)record(due.id, answer.value()).has_value();
        return;
    }
    if (!accepted && attempt->number >= partner.attempts) {
        (void)environment.book
            .write([&](sql::Transaction& tx) -> base::Result<void> {
                calls.failed(tx, due.id, answer.error().reason, 0);
                return {};
            })
            .has_value();
        return give_up(due.id);
    }
    const int wait_ms = partner.first_retry_ms << std::min(attempt->number - 1, 10);
    (void)environment.book
        .write([&](sql::Transaction& tx) -> base::Result<void> {
            if (accepted) {
                calls.accepted(tx, due.id);
            } else {
                calls.failed(tx, due.id, answer.error().reason, wait_ms);
            }
            return {};
        })
        .has_value();
}

/// One signed call. A value is a final answer (or `accepted`: it comes later); an error may be
/// tried again.
base::Result<json::Value> Partners::State::call(const internal::Due& due, const Settings& partner,
                                                const internal::Attempt& attempt, bool& accepted)
{
    const auto content = TRY(environment.sealer.open(due.id.value, column(attempt.content)));
    const auto secret = environment.find_key(partner.key);
    if (!secret) return base::unavailable("partner.key_missing", "The partner's key is not there.");
    const platform::signing::Key key{partner.key, *secret};
    http::Call request{
        .method = http::Method::post,
        .url = partner.url + "/questions",
        .headers = {{"Content-Type", "application/json"},
                    {"Idempotency-Key", base::to_string(due.id)}},
        .body = json::serialise(json::Object{{"call", base::to_string(due.id)},
                                             {"institution", environment.institution},
                                             {"question", attempt.question},
                                             {"attempt", attempt.number},
                                             {"content", TRY(json::parse(content))}}),
        .deadline_ms = partner.answer_timeout_ms,
        .repeatable = true};
    platform::signing::sign(request, key, environment.book.clock().now(), environment.random);
    const auto response = TRY(environment.client.send(request));
    const int status = response.status;
    if (status >= 500 || status == 408 || status == 425 || status == 429) {
        return base::unavailable("partner.unavailable", "The partner cannot answer now.");
    }
    if (const auto genuine = platform::signing::verify_answer(request, response, key); !genuine) {
        return base::unavailable("partner.answer_not_genuine", "The answer's signature is wrong.");
    }
    accepted = status == 202;
    if (accepted) return json::Value(json::Object{});
    auto body = json::parse(response.content());
    if (!body || !body.value().object()) {
        return base::unavailable("partner.answer_malformed", "The partner's answer is malformed.");
    }
    if (status < 300) return std::move(body).value();
    return json::Value(json::Object{{"status", "refused"},
                                    {"reason", body.value()["reason"].text_or("partner.refused")}});
}

void Partners::State::announce(sql::Transaction& tx, const Answer& answer)
{
    environment.outbox.append(tx, "partner.answered", base::to_string(answer.call),
                              json::Object{{"partner", answer.partner},
                                           {"question", answer.question},
                                           {"correlation", answer.correlation},
                                           {"status", answer.status}});
}

base::Result<void> Partners::State::tell(sql::Transaction& tx, const Answer& answer)
{
    for (const auto& name : {answer.question, std::string("*")}) {
        const auto [from, to] = answer_listeners.equal_range(name);
        for (auto listener = from; listener != to; ++listener) TRY(listener->second(tx, answer));
    }
    return {};
}

base::Result<void> Partners::State::record(CallId id, const json::Value& content)
{
    Answer answer;
    auto recorded = internal::Recorded::first;
    std::string trouble;
    const auto work = [&](sql::Transaction& tx) -> base::Result<void> {
        recorded = TRY(calls.record(tx, id, content, answer));
        if (recorded == internal::Recorded::duplicate) return {};
        announce(tx, answer);
        if (trouble.empty()) return tell(tx, answer);
        calls.troubled(tx, id, trouble);
        return {};
    };
    auto done = environment.book.write(work);
    const bool refused_by_listener =
        !done && done.error().kind != base::ErrorKind::unavailable && !answer.partner.empty();
    if (refused_by_listener) {
        trouble = done.error().reason;
        count("partner_listener_refusals_total", "Answers that a listener refused.", answer.partner,
              trouble);
        done = environment.book.write(work);
    }
    static constexpr std::string_view outcomes[] = {"first", "after_timeout", "duplicate"};
    if (done) {
        count("partner_answers_total", "Answers of partners.", answer.partner,
              outcomes[static_cast<int>(recorded)]);
    }
    return done;
}

void Partners::State::give_up(CallId id)
{
    std::string trouble;
    const auto work = [&](sql::Transaction& tx) -> base::Result<void> {
        Answer answer;
        if (!calls.time_out(tx, id, answer)) return {};
        announce(tx, answer);
        if (trouble.empty()) return tell(tx, answer);
        calls.troubled(tx, id, trouble);
        return {};
    };
    const auto done = environment.book.write(work);
    if (done || done.error().kind == base::ErrorKind::unavailable) return;
    trouble = done.error().reason;
    (void)environment.book.write(work).has_value();
}

Partners::Partners(Environment environment, std::vector<Settings> partners)
    : state_(std::make_unique<State>(std::move(environment), std::move(partners)))
{
}

Partners::~Partners()
{
    stop();
}

void Partners::on_answer(std::string question, OnAnswer listener)
{
    state_->answer_listeners.emplace(std::move(question), std::move(listener));
}

void Partners::on_notice(std::string partner, std::string type, OnNotice listener)
{
    state_->notice_listeners[{std::move(partner), std::move(type)}] = std::move(listener);
}

void Partners::start()
{
    state_->dispatcher.start(
        [state = state_.get()] { return state->look(); },
        [state = state_.get()](const internal::Due& due) { state->handle(due); });
}

void Partners::stop()
{
    state_->dispatcher.stop();
}

void Partners::wake()
{
    state_->dispatcher.wake();
}

base::Result<CallId> Partners::ask(sql::Transaction& tx, const Question& question)
{
    const auto* partner = state_->of(question.partner);
    if (!partner) return base::not_found("partner.unknown", "The bank has no such partner.");
    base::ensure(question.content.object() != nullptr && !question.correlation.empty());
    const auto id = TRY(state_->calls.ask(tx, question, *partner));
    tx.after_commit([this] { wake(); });
    return id;
}

base::Result<std::string> Partners::institution_of(const http::Request& request)
{
    const auto body = json::parse(request.body);
    if (!body || body.value()["institution"].text_or().empty()) return malformed();
    return std::string(body.value()["institution"].text_or());
}

base::Result<Notice> Partners::accept(const http::Request& request)
{
    const auto& environment = state_->environment;
    const auto now = environment.book.clock().now();
    const auto who = TRY(platform::signing::verify(request, environment.find_key, now));
    const Settings* partner = nullptr;
    for (const auto& [code, settings] : state_->settings) {
        if (settings.key == who.key_id) partner = &settings;
    }
    if (!partner) return base::forbidden("signature.unknown_key", "The signer is not known here.");
    const auto body = TRY(json::parse(request.body));
    Notice notice{.partner = partner->code,
                  .type = std::string(body["type"].text_or()),
                  .id = std::string(body["notice"].text_or()),
                  .content = body["content"]};
    if (notice.type.empty() || notice.id.empty() || notice.id.size() > 100 ||
        !notice.content.object() || body["institution"].text_or() != environment.institution) {
        return malformed();
    }

    TRY(state_->environment.book.write([&](sql::Transaction& tx) -> base::Result<void> {
        tx.execute("delete from partner_nonce where at < ?",
                   base::after_seconds(now, -nonce_kept_s));
        const auto fresh = tx.execute(
            "insert into partner_nonce(nonce, at) values (?, ?) on conflict (nonce) do nothing",
            who.key_id + '/' + who.nonce, now);
        if (fresh == 0) {
            return base::conflict("partner.replayed", "This very message was received before.");
        }
        return {};
    }));
    return notice;
}

void Partners::sign(std::string_view partner, const http::Request& request,
                    http::Response& response) const
{
    const auto* settings = state_->of(partner);
    base::ensure(settings != nullptr);
    const auto secret = state_->environment.find_key(settings->key);
    base::ensure(secret.has_value());
    platform::signing::sign_answer(request, response, {settings->key, *secret},
                                   state_->environment.book.clock().now());
}

base::Result<void> Partners::receive(const http::Request& request)
{
    const Notice notice = TRY(accept(request));
    const auto body = TRY(json::parse(request.body));
    if (notice.type == "answer") {
        const auto call = TRY(base::parse_id<CallId>(body["call"].text_or()));
        return state_->record(call, notice.content);
    }
    const auto listener = state_->notice_listeners.find({notice.partner, notice.type});
    if (listener == state_->notice_listeners.end()) {
        return base::not_found("partner.notice_unknown", "Nothing is known of such notices.");
    }
    bool duplicate = false;
    TRY(state_->environment.book.write([&](sql::Transaction& tx) -> base::Result<void> {
        const auto fresh = tx.execute(
            "insert into partner_notice(partner, id, at) values (?, ?, ?) "
            "on conflict (partner, id) do nothing",
            notice.partner, notice.id, tx.now());
        duplicate = fresh == 0;
        return duplicate ? base::Result<void>{} : listener->second(tx, notice);
    }));
    state_->count("partner_notices_total", "Notices of partners.", notice.partner,
                  duplicate ? "duplicate" : "first");
    return {};
}

std::optional<CallView> Partners::find(sql::Snapshot& snapshot, std::string_view partner,
                                       std::string_view correlation)
{
    return state_->calls.find(snapshot, partner, correlation);
}

std::vector<CallView> Partners::unsettled(sql::Snapshot& snapshot, int limit)
{
    return state_->calls.unsettled(snapshot, limit);
}

}  // namespace bank::partner
