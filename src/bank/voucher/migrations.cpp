// SPDX-License-Identifier: Apache-2.0
#include <bank/voucher/vouchers.h>

namespace bank::voucher {

namespace {

constexpr platform::sql::Migration voucher_steps[] = {{"voucher", 1, R"sql(
create table voucher_campaign(
  id bigint primary key,
  code text not null unique,
  words text not null,
  stock bigint not null,
  value bigint not null,
  least_bill bigint not null,
  audience smallint not null,
  starts_at bigint not null,
  ends_at bigint not null,
  use_until bigint not null,
  stock_account bigint not null,
  redeemed_account bigint not null,
  cost_account bigint not null,
  by_staff smallint not null,
  created_at bigint not null);
create table voucher_claim(
  campaign bigint not null,
  person bigint not null,
  number bigint not null,
  voucher bigint not null unique,
  claimed_at bigint not null,
  primary key (campaign, person));
create index voucher_claim_person on voucher_claim(person, voucher);
create index voucher_claim_time on voucher_claim(campaign, claimed_at);
create table voucher_late(
  campaign bigint not null,
  first_number bigint not null,
  claimed_at bigint not null,
  persons bytea not null,
  primary key (campaign, first_number));
)sql"},
                                                      {"voucher", 2, R"sql(
alter table voucher_campaign add column holding smallint not null default 0;
create table voucher_used(
  voucher bigint primary key,
  campaign bigint not null,
  used_at bigint not null);
create index voucher_used_time on voucher_used(campaign, used_at);
)sql"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return voucher_steps;
}

}  // namespace bank::voucher
