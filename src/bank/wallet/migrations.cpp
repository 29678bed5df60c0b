// SPDX-License-Identifier: Apache-2.0
#include <bank/wallet/wallets.h>

namespace bank::wallet {

namespace {

constexpr platform::sql::Migration wallet_steps[] = {{"wallet", 1, R"sql(
create table wallet_link(
  id bigint primary key,
  person bigint not null,
  account bigint not null,
  provider text not null,
  state smallint not null,
  reason text not null,
  number bytea not null,
  masked_number text not null,
  unit text not null,
  minor_digits smallint not null,
  per_payment bigint not null,
  per_day bigint not null,
  asked_at bigint not null,
  bound_at bigint,
  ended_at bigint,
  touched_at bigint not null,
  told smallint not null);
create index wallet_link_person on wallet_link(person, id);
create unique index wallet_link_one on wallet_link(person, provider) where state < 2;
create index wallet_link_waiting on wallet_link(touched_at, id) where told = 0;
create table wallet_debit(
  link bigint not null,
  reference text not null,
  provider text not null,
  entry bigint not null,
  day integer not null,
  unit text not null,
  minor_units bigint not null,
  merchant bytea not null,
  at bigint not null,
  primary key (link, reference));
create index wallet_debit_day on wallet_debit(link, day);
create index wallet_debit_provider on wallet_debit(provider, unit);
)sql"},
                                                     {"wallet", 2, R"sql(
create index wallet_debit_of_day on wallet_debit(day, provider, entry);
)sql"},
                                                     {"wallet", 3, R"sql(
create table wallet_withdrawal(
  id bigint primary key,
  link bigint not null,
  person bigint not null,
  account bigint not null,
  provider text not null,
  unit text not null,
  minor_digits smallint not null,
  minor_units bigint not null,
  state smallint not null,
  hold bigint not null,
  content bigint not null,
  key text not null,
  reason text not null,
  partner_reference text not null,
  attempts integer not null,
  requested_at bigint not null,
  touched_at bigint not null,
  ended_at bigint,
  day integer);
create unique index wallet_withdrawal_key on wallet_withdrawal(key);
create index wallet_withdrawal_link on wallet_withdrawal(link, id);
create index wallet_withdrawal_open on wallet_withdrawal(touched_at, id) where state < 2;
create index wallet_withdrawal_of_day on wallet_withdrawal(day, provider, id);
)sql"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return wallet_steps;
}

}  // namespace bank::wallet
