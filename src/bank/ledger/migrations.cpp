// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/ledger.h>

namespace bank::ledger {

namespace {

// `integer primary key` is a 64-bit key in the order of which the rows lie. README.md says what is
// what.
constexpr platform::sql::Migration steps[] = {{"ledger", 1, R"sql(
create table ledger_journal(
  id integer primary key,
  step smallint not null,
  kind text not null,
  client_high bigint not null,
  client_low bigint not null,
  probe smallint not null,
  content bigint not null,
  effective integer not null,
  recorded_at bigint not null,
  about bigint not null,
  legs bytea not null,
  details bytea not null,
  reason text not null);
create table ledger_account(
  id integer primary key,
  unit text not null,
  minor_digits smallint not null,
  flags integer not null,
  balance_limit bigint,
  debits_day_limit bigint,
  debits_year_limit bigint,
  credits_day_limit bigint,
  credits_year_limit bigint,
  sequence bigint not null,
  last_entry bigint not null,
  debits_posted bigint not null,
  credits_posted bigint not null,
  debits_pending bigint not null,
  credits_pending bigint not null,
  turnover_day integer not null,
  debits_day bigint not null,
  debits_year bigint not null,
  credits_day bigint not null,
  credits_year bigint not null);
create table ledger_own_account(code text primary key, account bigint not null);
create table ledger_client(place integer primary key, entry bigint not null);
create table ledger_hold(entry integer primary key, state smallint not null, expires_at bigint not null);
create index ledger_hold_open on ledger_hold(expires_at, entry) where state = 0;
create table ledger_swept(one integer primary key, entry bigint not null);
)sql"},
                                              {"ledger", 2, R"sql(
alter table ledger_hold add column used bigint not null default 0;
create table ledger_reversal(entry integer primary key, reversal bigint not null);
)sql"},
                                              // What a sweep writes is one column; see
                                              // internal/standing.h.
                                              {"ledger", 3, R"sql(
create table ledger_account_kept(
  id integer primary key,
  unit text not null,
  minor_digits smallint not null,
  flags integer not null,
  balance_limit bigint,
  debits_day_limit bigint,
  debits_year_limit bigint,
  credits_day_limit bigint,
  credits_year_limit bigint,
  standing text not null);
insert into ledger_account_kept(id, unit, minor_digits, flags, balance_limit, debits_day_limit,
    debits_year_limit, credits_day_limit, credits_year_limit, standing)
  select id, unit, minor_digits, flags, balance_limit, debits_day_limit, debits_year_limit,
    credits_day_limit, credits_year_limit,
    sequence || ' ' || last_entry || ' ' || debits_posted || ' ' || credits_posted || ' '
    || debits_pending || ' ' || credits_pending || ' ' || turnover_day || ' ' || debits_day || ' '
    || debits_year || ' ' || credits_day || ' ' || credits_year
  from ledger_account;
drop table ledger_account;
alter table ledger_account_kept rename to ledger_account;
)sql"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return steps;
}

}  // namespace bank::ledger
