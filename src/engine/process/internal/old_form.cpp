// SPDX-License-Identifier: Apache-2.0
// Instances as the first schema kept them: a row for each token, timer and subscription. They are
// read from there until their next step writes a record.
#include <engine/process/internal/old_form.h>

#include <algorithm>

namespace engine::process {

namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view stages[] = {"arrived", "ready",   "executed",
                                       "waiting", "joining", "stuck"};

base::Error element_lost(const std::string& id)
{
    return base::not_found("process.element_unknown", "The process has no element " + id + ".");
}

}  // namespace

base::Result<void> Store::load_old_form(Snapshot& snapshot, State& state,
                                        std::string_view variables, std::string_view shown)
{
    state.old_form = true;
    const auto opened = sealer_.open(state.subject, variables);
    const auto opened_show = sealer_.open(state.subject, shown);
    const auto parsed = opened ? json::parse(opened.value()) : json::Value{};
    if (!opened || !opened_show || !parsed || parsed.value().object() == nullptr) {
        return base::rejected("process.erased", "What the instance knew cannot be read any more.");
    }
    state.variables = *parsed.value().object();
    if (auto show = json::parse(opened_show.value())) state.show = std::move(show).value();

    auto tokens = snapshot.query(
        "select number, element, stage, attempts, retry_at from process_token where instance = ?"
        " order by number",
        state.id);
    while (tokens.next()) {
        const auto element = state.definition->find(tokens.text(1));
        if (!element) return element_lost(tokens.string(1));
        const auto* stage = std::find(std::begin(stages), std::end(stages), tokens.text(2));
        base::ensure(stage != std::end(stages));
        Token token{.number = tokens.integer(0),
                    .element = *element,
                    .stage = static_cast<Stage>(stage - std::begin(stages)),
                    .attempts = static_cast<int>(tokens.integer(3))};
        if (token.stage == Stage::joining) {  // By which way was not kept: each by another.
            token.entry = static_cast<std::size_t>(
                std::count_if(state.tokens.begin(), state.tokens.end(), [&](const Token& each) {
                    return each.stage == Stage::joining && each.element == *element;
                }));
        }
        if (!tokens.is_null(4)) token.retry_at = tokens.instant(4);
        state.tokens.push_back(token);
    }
    auto timers = snapshot.query("select token, element, due from process_timer where instance = ?",
                                 state.id);
    while (timers.next()) {
        const auto element = state.definition->find(timers.text(1));
        if (!element) return element_lost(timers.string(1));
        state.timers.push_back({timers.integer(0), *element, timers.instant(2)});
    }
    auto subscriptions = snapshot.query(
        "select token, message, correlation from process_subscription where instance = ?",
        state.id);
    while (subscriptions.next()) {
        const Token* token = state.token(subscriptions.integer(0));
        if (token == nullptr) continue;
        state.subscriptions.push_back(
            {token->number, token->element, subscriptions.string(1), subscriptions.string(2)});
    }
    return {};
}

void leave_old_form(Transaction& transaction, InstanceId id)
{
    transaction.execute("delete from process_token where instance = ?", id);
    transaction.execute("delete from process_timer where instance = ?", id);
    transaction.execute("delete from process_subscription where instance = ?", id);
    transaction.execute("update process_instance set variables = '', shown = '' where id = ?", id);
}

}  // namespace engine::process
