// SPDX-License-Identifier: Apache-2.0
#include <bank/standing/orders.h>

namespace bank::standing {

namespace {

constexpr platform::sql::Migration steps[] = {{"standing", 1, R"sql(
create table standing_order(
  id integer primary key,
  payer bigint not null,
  account bigint not null,
  bank text not null,
  sealed bytea not null,
  masked_number text not null,
  masked_name text not null,
  unit text not null,
  minor_digits smallint not null,
  minor_units bigint not null,
  rhythm smallint not null,
  first_date integer not null,
  month_day smallint not null,
  holiday smallint not null,
  until_date integer,
  times integer,
  state smallint not null,
  done integer not null,
  next_date integer,
  next_at bigint,
  attempt integer not null,
  hold bigint,
  created_at bigint not null,
  last_reason text not null);
create index standing_order_payer on standing_order(payer, id);
create index standing_order_due on standing_order(next_at, id) where state = 0;
create table standing_run(
  standing bigint not null,
  run_date integer not null,
  attempt integer not null,
  at bigint not null,
  paid smallint not null,
  skipped smallint not null,
  reason text not null,
  payment text not null,
  primary key (standing, run_date, attempt));
create table standing_key(key text primary key, standing bigint not null, content bigint not null);
)sql"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return steps;
}

}  // namespace bank::standing
