// SPDX-License-Identifier: Apache-2.0
// What happens to tokens: times, messages, errors, escalations; and what they wait for.
#include <engine/process/internal/starts.h>

#include <engine/process/convert.h>

#include <algorithm>
#include <charconv>

namespace engine::process {

namespace json = platform::json;

namespace {

base::Instant instant_of(const feel::DateTime& value)
{
    return {static_cast<std::int64_t>(feel::utc_nanos(value) / 1000)};
}

constexpr std::int64_t shortest_repetition = base::micros_per_second;
constexpr int most_missed = 10'000;  // Of a repetition without end; then it begins anew.

/// `from` and a duration of either kind, months reckoned in the zone.
std::optional<base::Instant> later(base::Instant from, const feel::Value& duration,
                                   const feel::Zone& zone)
{
    if (const auto* days = duration.day_duration()) {
        return base::Instant{from.micros + static_cast<std::int64_t>(feel::nanos(*days) / 1000)};
    }
    const auto* months = duration.month_duration();
    if (months == nullptr) return std::nullopt;
    const auto local = feel::local_time(feel::Wide{from.micros} * 1000, zone);
    const auto date = local ? feel::add_months(local->date, months->months) : std::nullopt;
    if (!date) return std::nullopt;
    return instant_of({*date, local->nanos, local->zone});
}

std::optional<feel::Value> duration_of(const std::string& text)
{
    if (const auto days = feel::parse_day_duration(text)) return feel::Value{*days};
    if (const auto months = feel::parse_month_duration(text)) return feel::Value{*months};
    return std::nullopt;
}

/// The next time of a repetition after `now`; false where there is none. Times that have passed
/// count and are not made up for.
bool next_repetition(base::Instant& due, std::int64_t& left, const std::string& every,
                     base::Instant now, const feel::Zone& zone)
{
    const auto duration = duration_of(every);
    if (!duration) return false;
    for (int steps = 0; due <= now && left != 0; ++steps) {
        if (left < 0 && steps > most_missed) due = now;
        const auto at = later(due, *duration, zone);
        if (!at || at->micros <= due.micros) return false;
        due = *at;
        if (left > 0) --left;
    }
    return due > now;
}

}  // namespace

std::optional<Repetition> parse_repetition(std::string_view text)
{
    Repetition repetition;
    if (duration_of(std::string{text})) {
        repetition.every = text;
        return repetition;
    }
    const std::size_t slash = text.find('/');
    if (text.empty() || text[0] != 'R' || slash == std::string_view::npos) return std::nullopt;
    if (slash > 1) {
        const auto* end = text.data() + slash;
        const auto read = std::from_chars(text.data() + 1, end, repetition.times);
        if (read.ptr != end || repetition.times < 1) return std::nullopt;
    }
    text.remove_prefix(slash + 1);
    if (const std::size_t second = text.find('/'); second != std::string_view::npos) {
        repetition.from = feel::parse_date_time(text.substr(0, second));
        if (!repetition.from) return std::nullopt;
        text.remove_prefix(second + 1);
    }
    repetition.every = text;
    if (!duration_of(repetition.every)) return std::nullopt;
    return repetition;
}

DeployedStart next_of(DeployedStart start, base::Instant now, const BusinessCalendar& calendar)
{
    base::Instant due = start.due.value_or(now);
    const bool again = next_repetition(due, start.remaining, start.every, now, zone_of(calendar));
    start.due = again ? std::optional{due} : std::nullopt;
    return start;
}

/// A duration from now, a date and time, or the first moment of a date.
std::optional<base::Instant> Machine::due(const ExpressionPtr& expression, std::int64_t scope)
{
    const auto value = evaluate(*expression, scope);
    if (!value) return std::nullopt;
    feel::Value meant = value.value();
    if (const std::string* text = meant.string()) {
        if (auto duration = duration_of(*text)) meant = std::move(*duration);
        if (const auto at = feel::parse_date_time(*text)) meant = *at;
    }
    if (const auto after = later(now_, meant, zone_of(calendar_))) return after;
    if (const auto* at = meant.date_time()) {
        if (at->zone.kind != feel::Zone::Kind::none) return instant_of(*at);
        return instant_of({at->date, at->nanos, zone_of(calendar_)});
    }
    if (const auto* date = meant.date()) {
        return calendar_.at({static_cast<std::int32_t>(date->days)}, 0);
    }
    return std::nullopt;
}

std::optional<Timer> Machine::timer_of(const Element& event, std::int64_t scope)
{
    Timer timer;
    if (event.cycle == nullptr) {
        const auto at = due(event.duration != nullptr ? event.duration : event.time, scope);
        if (!at) return std::nullopt;
        timer.due = *at;
        return timer;
    }
    const auto value = evaluate(*event.cycle, scope);
    if (!value) return std::nullopt;
    const auto& given = value.value();
    const auto repetition =
        parse_repetition(given.string() != nullptr ? *given.string() : feel::to_text(given));
    if (!repetition) return std::nullopt;
    const auto zone = zone_of(calendar_);
    const auto next = later(now_, *duration_of(repetition->every), zone);
    if (!next || next->micros - now_.micros < shortest_repetition) return std::nullopt;
    timer.due = repetition->from ? instant_of(*repetition->from) : *next;
    timer.every = repetition->every;
    timer.left = repetition->times < 0 ? -1 : repetition->times - 1;
    return timer;
}

std::optional<base::Instant> Machine::task_due(const Element& at, std::int64_t scope)
{
    if (at.due_at != nullptr) return due(at.due_at, scope);
    if (at.due_in != nullptr) return due(at.due_in, scope);
    if (at.due_in_business_hours == nullptr) return std::nullopt;
    const auto hours = evaluate(*at.due_in_business_hours, scope);
    if (!hours || hours.value().number() == nullptr) return std::nullopt;
    const double minutes = hours.value().number()->to_double() * 60;
    return calendar_.add_business_minutes(now_, static_cast<std::int64_t>(minutes));
}

/// When the people of a task are reminded of its deadline; nothing where the expression gives no
/// duration.
std::optional<base::Instant> Machine::task_reminder(const Element& at, base::Instant deadline,
                                                    std::int64_t scope)
{
    const auto value = evaluate(*at.remind_before, scope);
    if (!value) return std::nullopt;
    feel::Value meant = value.value();
    if (const std::string* text = meant.string()) {
        if (auto duration = duration_of(*text)) meant = std::move(*duration);
    }
    const feel::DayDuration* before = meant.day_duration();
    if (before == nullptr) return std::nullopt;
    const auto micros = static_cast<std::int64_t>(feel::nanos(*before) / 1000);
    if (micros < 0) return std::nullopt;
    return base::Instant{std::max(now_.micros, deadline.micros - micros)};
}

/// The ids that an expression gives, a text or a list of texts; nothing where it gives neither.
std::optional<std::vector<std::string>> Machine::people(const ExpressionPtr& expression,
                                                        std::int64_t scope)
{
    std::vector<std::string> ids;
    if (expression == nullptr) return ids;
    const auto value = evaluate(*expression, scope);
    if (!value) return std::nullopt;
    feel::List given;
    if (value.value().list() != nullptr) {
        given = *value.value().list();
    } else {
        given.push_back(value.value());
    }
    for (const feel::Value& each : given) {
        if (each.is_null()) continue;
        const std::string* id = each.string();
        if (id == nullptr || id->empty() || id->find(' ') != std::string::npos) return std::nullopt;
        ids.push_back(*id);
    }
    return ids;
}

void Machine::open_task(std::int64_t number)
{
    const Token token = *state_.token(number);
    const Element& at = element(token.element);
    const bool has_deadline =
        at.due_at != nullptr || at.due_in != nullptr || at.due_in_business_hours != nullptr;
    const auto deadline = task_due(at, token.scope);
    if (has_deadline && !deadline) {
        return stuck(number, "process.deadline_without_time",
                     "The deadline's expression gave no time.");
    }
    std::optional<base::Instant> reminder;
    if (deadline && at.remind_before != nullptr) {
        reminder = task_reminder(at, *deadline, token.scope);
        if (!reminder) {
            return stuck(number, "process.reminder_without_time",
                         "The reminder's expression gave no duration.");
        }
    }
    auto candidates = people(at.candidates, token.scope);
    auto excluded = people(at.excluded, token.scope);
    if (!candidates || !excluded || (at.candidates != nullptr && candidates->empty())) {
        return stuck(number, "process.nobody_named", "The expression named nobody.");
    }
    auto unit = people(at.unit, token.scope);
    if (!unit || (at.unit != nullptr && unit->size() != 1)) {
        return stuck(number, "process.no_unit_named", "The expression named no unit.");
    }
    wait(number);
    if (state_.token(number)->stage != Stage::waiting) return;
    effects_.tasks.push_back({number, token.element, deadline, std::move(*candidates),
                              std::move(*excluded), reminder,
                              unit->empty() ? std::string{} : std::move(unit->front())});
}

void Machine::wait(std::int64_t number)
{
    state_.token(number)->stage = Stage::waiting;
    const Token token = *state_.token(number);
    const Element& at = element(token.element);
    if (at.kind == ElementKind::event_gateway) {
        for (const Flow& flow : at.outgoing) {
            if (!hold(number, flow.target, token.scope, number)) return;
        }
    } else if (at.kind != ElementKind::user_task) {
        if (!hold(number, token.element, token.scope, number)) return;
    }
    (void)arm(number);
}

/// Sets the timers and messages of the boundary events; a round has none, its loop has them. False,
/// and an incident, where one of them has no time or correlation.
bool Machine::arm(std::int64_t number)
{
    const Token token = *state_.token(number);
    if (is_round(token)) return true;
    for (const std::size_t index : element(token.element).boundaries) {
        const ElementKind kind = element(index).kind;
        if (kind != ElementKind::boundary_timer && kind != ElementKind::boundary_message) continue;
        if (!hold(number, index, token.scope, number)) return false;
    }
    return true;
}

/// Sets one timer or subscription.
bool Machine::hold(Holder holder, std::size_t index, std::int64_t scope, std::int64_t blamed)
{
    const Element& event = element(index);
    effects_.changed = true;
    if (!event.message.empty()) {
        const auto correlation = evaluate(*event.correlation, scope);
        if (!correlation || correlation.value().string() == nullptr) {
            stuck(blamed, "process.correlation_missing", "The correlation gave no text.");
            return false;
        }
        state_.subscriptions.push_back(
            {holder, index, event.message, *correlation.value().string()});
        return true;
    }
    auto timer = timer_of(event, scope);
    if (!timer) {
        stuck(blamed, "process.timer_without_time", "The timer's expression gave no time.");
        return false;
    }
    timer->holder = holder;
    timer->element = index;
    state_.timers.push_back(std::move(*timer));
    return true;
}

/// The earliest timer that is due, else a message that has come. A clock that has jumped over
/// several times of one timer fires it once.
bool Machine::fire()
{
    auto first = state_.timers.end();
    for (auto timer = state_.timers.begin(); timer != state_.timers.end(); ++timer) {
        if (timer->due > now_) continue;
        if (first == state_.timers.end() || timer->due < first->due) first = timer;
    }
    if (first != state_.timers.end()) {
        const Timer fired = *first;
        state_.timers.erase(first);
        effects_.notes.push_back({.kind = "timer", .element = element(fired.element).id});
        Timer next = fired;
        if (next_repetition(next.due, next.left, fired.every, now_, zone_of(calendar_))) {
            state_.timers.push_back(std::move(next));
        }
        happen(fired.holder, fired.element, {});
        --moves_left_;
        return true;
    }
    for (auto each = state_.subscriptions.begin(); each != state_.subscriptions.end(); ++each) {
        if (!each->arrived) continue;
        const Subscription taken = *each;
        state_.subscriptions.erase(each);
        effects_.notes.push_back({.kind = "message", .element = element(taken.element).id});
        happen(taken.holder, taken.element, *taken.arrived);
        --moves_left_;
        return true;
    }
    return false;
}

void Machine::happen(Holder holder, std::size_t index, json::Value came)
{
    const Element& event = element(index);
    effects_.changed = true;
    Token* token = state_.token(holder);
    if (token == nullptr) return start_handler(holder, *event.parent, std::move(came));
    if (is_boundary(event.kind)) {
        if (event.interrupting) return take_boundary(holder, index, std::move(came));
        if (!event.result.empty()) put(token->scope, event.result, std::move(came));
        spawn(index, state_.token(holder)->scope);
        return;
    }
    if (token->stage != Stage::waiting) return;
    clear_waits(holder);
    token->element = index;  // Behind an event gateway it is another.
    if (!event.result.empty() && !set(holder, event.result, std::move(came))) return;
    leave(holder);
}

void Machine::take_boundary(std::int64_t number, std::size_t boundary, json::Value came)
{
    const std::int64_t scope = state_.token(number)->scope;
    const std::string& name = element(boundary).result;
    drop(number);
    if (!name.empty()) put(scope, name, std::move(came));
    spawn(boundary, scope);
}

/// An error or escalation at a token: the boundary events of its activity.
bool Machine::raise_at(std::int64_t number, bool error, const std::string& code,
                       const json::Value& came)
{
    const Token token = *state_.token(number);
    if (is_round(token)) return false;
    const ElementKind wanted =
        error ? ElementKind::boundary_error : ElementKind::boundary_escalation;
    for (const std::size_t index : element(token.element).boundaries) {
        const Element& boundary = element(index);
        if (boundary.kind != wanted || !takes(boundary.error_code, code)) continue;
        effects_.notes.push_back(
            {.kind = error ? "error" : "escalation", .element = boundary.id, .reason = code});
        happen(number, index, came);
        return true;
    }
    return false;
}

/// An error or escalation inside a scope: its event sub-processes, then whatever is around it. An
/// error that nothing takes, or an escalation, changes nothing: false.
bool Machine::raise(std::int64_t number, bool error, const std::string& code,
                    const json::Value& came)
{
    const ElementKind wanted = error ? ElementKind::error_start : ElementKind::escalation_start;
    bool from_handler = false;  // It does not look after itself or its neighbours.
    for (;;) {
        const Scope& scope = state_.scope(number);
        const auto inside = scope.kind == ScopeKind::process
                                ? std::nullopt
                                : std::optional<std::size_t>{scope.element};
        const bool looks = !from_handler && (!inside || is_container(element(*inside).kind)) &&
                           scope.kind != ScopeKind::loop && scope.kind != ScopeKind::round;
        if (looks) {
            for (const std::size_t handler : state_.definition->handlers(inside)) {
                const Element& start = element(*element(handler).inner_start);
                if (start.kind != wanted || !takes(start.error_code, code)) continue;
                effects_.notes.push_back(
                    {.kind = error ? "error" : "escalation", .element = start.id, .reason = code});
                start_handler(number, handler, came);
                return true;
            }
        }
        from_handler = scope.kind == ScopeKind::handler;
        if (scope.kind == ScopeKind::process) break;
        if (scope.host != 0) {
            const std::int64_t host = scope.host;
            if (raise_at(host, error, code, came)) return true;
        }
        number = scope.parent;
    }
    if (!error) effects_.notes.push_back({.kind = "escalation", .element = "", .reason = code});
    return false;
}

/// False, and an incident, where the correlation gives no text.
bool Machine::send_message(std::int64_t number)
{
    const Token token = *state_.token(number);
    const Element& at = element(token.element);
    const auto correlation = evaluate(*at.correlation, token.scope);
    if (!correlation || correlation.value().string() == nullptr) {
        stuck(number, "process.correlation_missing", "The correlation gave no text.");
        return false;
    }
    json::Value content;
    if (at.content != nullptr) {
        const auto value = evaluate(*at.content, token.scope);
        if (!value) {
            stuck(number, value.error());
            return false;
        }
        content = to_json(value.value());
    }
    effects_.messages.push_back({at.message, *correlation.value().string(), std::move(content)});
    effects_.notes.push_back({.kind = "sent", .element = at.id, .outcome = at.message});
    return true;
}

void Machine::clear_waits(Holder holder)
{
    effects_.changed = true;
    std::erase_if(state_.timers, [&](const Timer& each) { return each.holder == holder; });
    std::erase_if(state_.subscriptions,
                  [&](const Subscription& each) { return each.holder == holder; });
}

}  // namespace engine::process
