// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/top_up.h>

namespace bank::payment {

namespace {

constexpr platform::sql::Migration steps[] = {{"payment", 1, R"sql(
create table payment_top_up(
  id integer primary key,
  account bigint not null,
  bank text not null,
  unit text not null,
  minor_digits smallint not null,
  minor_units bigint not null,
  state smallint not null,
  hold bigint not null,
  content bigint not null,
  reason text not null,
  partner_reference text not null,
  attempts integer not null,
  requested_at bigint not null,
  touched_at bigint not null,
  ended_at bigint);
create index payment_top_up_account on payment_top_up(account, id);
create index payment_top_up_open on payment_top_up(touched_at, id) where state < 2;
create table payment_top_up_key(key text primary key, top_up bigint not null);
)sql"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return steps;
}

}  // namespace bank::payment
