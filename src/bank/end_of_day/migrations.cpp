// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/end_of_day.h>

namespace bank::end_of_day {

namespace {

// README.md says what is what. Days are business dates.
constexpr platform::sql::Migration schema_steps[] = {{"end_of_day", 1, R"sql(
create table end_of_day_run(
  day integer primary key,
  next_day integer not null,
  entry bigint not null,
  closed_at bigint not null,
  closed_by bigint not null,
  state smallint not null,
  started_at bigint not null,
  finished_at bigint not null,
  attempts integer not null,
  again_at bigint not null,
  reason text not null,
  detail text not null);
create table end_of_day_step(
  day integer not null,
  place smallint not null,
  state smallint not null,
  cursor bigint not null,
  done bigint not null,
  total bigint not null,
  count bigint not null,
  amount bigint not null,
  started_at bigint not null,
  finished_at bigint not null,
  primary key (day, place));
create table end_of_day_page(first bigint primary key, accounts bytea not null);
create table end_of_day_accrued(
  product text not null,
  unit text not null,
  minor_digits smallint not null,
  whole bigint not null,
  parts bigint not null,
  primary key (product, unit));
create table end_of_day_exception(
  day integer not null,
  place smallint not null,
  account bigint not null,
  reason text not null,
  amount bigint not null,
  primary key (day, place, account));
create table trial_balance(
  day integer not null,
  kind smallint not null,
  code text not null,
  unit text not null,
  minor_digits smallint not null,
  accounts bigint not null,
  debits bigint not null,
  credits bigint not null,
  day_debits bigint not null,
  day_credits bigint not null,
  primary key (day, kind, code, unit));
create table general_ledger(
  day integer not null,
  line text not null,
  unit text not null,
  minor_digits smallint not null,
  opening bigint not null,
  debits bigint not null,
  credits bigint not null,
  primary key (day, line, unit));
)sql"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return schema_steps;
}

}  // namespace bank::end_of_day
