// SPDX-License-Identifier: Apache-2.0
#include <bank/account/accounts.h>

namespace bank::account {

namespace {

constexpr platform::sql::Migration steps[] = {{"account", 1, R"sql(
create table account(
  id integer primary key,
  number bigint not null,
  class smallint not null,
  state smallint not null,
  holder bigint not null,
  product text not null,
  branch text not null,
  unit text not null,
  minor_digits smallint not null,
  opened_at bigint not null,
  closed_at bigint,
  face_to_face smallint not null,
  is_default smallint not null,
  bound_bank text,
  bound_masked text,
  bound_sealed bytea);
create unique index account_number on account(number);
create index account_holder on account(holder, id);
create table account_opening(key text primary key, account bigint not null);
create table account_serial(one integer primary key, next bigint not null);
)sql"},
                                              {"account", 2, R"sql(
create table account_revival(
  account bigint not null,
  revived_at bigint not null,
  primary key (account, revived_at));
)sql"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return steps;
}

}  // namespace bank::account
