// SPDX-License-Identifier: Apache-2.0
#include <engine/process/engine.h>

namespace engine::process {

namespace {

constexpr platform::sql::Migration schema[] = {
    {"process", 1,
     "create table process_instance("
     "  id bigint primary key, definition text not null, business_key text not null,"
     "  subject text not null, state text not null, outcome text not null, page text not null,"
     "  reason text not null, started_by text not null, started_at bigint not null, ended_at "
     "bigint,"
     "  version bigint not null, next_token bigint not null, variables text not null,"
     "  shown text not null);"
     "create index process_instance_key on process_instance(business_key);"

     "create table process_token("
     "  instance bigint not null, number bigint not null, element text not null,"
     "  stage text not null, attempts integer not null, retry_at bigint,"
     "  primary key (instance, number));"
     "create index process_token_due on process_token(retry_at) where retry_at is not null;"

     "create table process_task("
     "  id bigint primary key, instance bigint not null, token bigint not null,"
     "  element text not null, definition text not null, service text not null,"
     "  business_key text not null, actor text not null, code text not null, skills text not null,"
     "  roles text not null, escalate_to text not null, state text not null,"
     "  claimed_by text not null, created_at bigint not null, due_at bigint,"
     "  order_at bigint not null, ended_at bigint, late integer not null,"
     "  escalated integer not null, outcome text not null, reason text not null);"
     "create index process_task_instance on process_task(instance);"
     "create index process_task_list on process_task(actor, state, order_at, id);"
     "create index process_task_mine on process_task(claimed_by, state, order_at, id);"
     "create index process_task_due on process_task(due_at)"
     "  where late = 0 and state in ('open', 'claimed');"

     "create table process_timer("
     "  instance bigint not null, token bigint not null, element text not null, due bigint not "
     "null,"
     "  primary key (instance, token, element));"
     "create index process_timer_due on process_timer(due);"

     "create table process_subscription("
     "  instance bigint not null, token bigint not null, message text not null,"
     "  correlation text not null, primary key (instance, token));"
     "create index process_subscription_match on process_subscription(message, correlation);"

     "create table process_message("
     "  message text not null, correlation text not null, content text not null,"
     "  received_at bigint not null, primary key (message, correlation));"

     "create table process_history("
     "  id bigint primary key, instance bigint not null, at bigint not null, kind text not null,"
     "  element text not null, who text not null, outcome text not null, reason text not null,"
     "  comment text not null);"
     "create index process_history_instance on process_history(instance, id);"

     "create table process_incident("
     "  id bigint primary key, instance bigint not null, token bigint not null,"
     "  element text not null, reason text not null, detail text not null,"
     "  attempts integer not null, at bigint not null, state text not null,"
     "  closed_by text not null, closed_at bigint, why text not null);"
     "create index process_incident_open on process_incident(instance) where state = 'open'"},

    // What an instance is becomes one record; the tables of tokens, timers and subscriptions hold
    // only what was written before, and each instance leaves them with its next step.
    {"process", 2,
     "alter table process_instance add column record text not null default '';"
     "alter table process_instance add column places text not null default '';"
     "alter table process_instance add column attention_at bigint;"
     "update process_instance set attention_at = 0 where state = 'running';"
     "create index process_instance_attention on process_instance(attention_at)"
     "  where attention_at is not null;"
     "create index process_instance_places on process_instance(definition, places)"
     "  where state = 'running';"

     "create table process_wait("
     "  instance bigint not null, holder bigint not null, element text not null,"
     "  message text not null, correlation text not null,"
     "  primary key (instance, holder, element));"
     "create index process_wait_match on process_wait(message, correlation);"

     "create table process_start("
     "  service text not null, element text not null, definition text not null,"
     "  message text not null, due bigint, every text not null, remaining bigint not null,"
     "  primary key (service, element));"
     "create index process_start_message on process_start(message);"
     "create index process_start_due on process_start(due) where due is not null;"

     "alter table process_task add column candidates text not null default '';"
     "alter table process_task add column excluded text not null default ''"},

    {"process", 3,
     "create table process_signature("
     "  task bigint not null, signer text not null, place integer not null,"
     "  asked_by text not null, state text not null, comment text not null,"
     "  asked_at bigint not null, signed_at bigint, primary key (task, signer));"
     "create index process_signature_asked on process_signature(signer) where state = 'asked';"

     "create table process_seen("
     "  task bigint not null, who text not null, at bigint not null, primary key (task, who));"

     "create table process_absence("
     "  worker text not null, stand_in text not null, from_at bigint not null,"
     "  until_at bigint not null, primary key (worker));"
     "create index process_absence_stand_in on process_absence(stand_in)"},

    {"process", 4,
     "alter table process_task add column owner text not null default '';"
     "alter table process_task add column remind_at bigint;"
     "alter table process_task add column reminded integer not null default 0;"
     "create index process_task_remind on process_task(remind_at) where remind_at is not null;"
     "create index process_task_owner on process_task(owner, order_at, id) where owner <> '';"
     "create index process_task_late on process_task(state) where late = 1"},

    // Lists of the late ones and of one service are read in order, and counted by the index alone.
    {"process", 5,
     "drop index process_task_late;"
     "create index process_task_late on process_task(actor, state, late, order_at, id)"
     "  where late = 1;"
     "create index process_task_service on process_task(actor, service, state, order_at, id)"},

    {"process", 6,
     "alter table process_task add column stranded integer not null default 0;"
     "create index process_task_stranded on process_task(actor, state, stranded, order_at, id)"
     "  where stranded = 1"},

    {"process", 7,
     "alter table process_task add column levels text not null default '';"
     "alter table process_task add column unit text not null default ''"},

    {"process", 8, "alter table process_history add column changed text not null default ''"},
};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return schema;
}

}  // namespace engine::process
