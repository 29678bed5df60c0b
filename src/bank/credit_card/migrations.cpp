// SPDX-License-Identifier: Apache-2.0
#include <bank/credit_card/cards.h>

namespace bank::credit_card {

namespace {

constexpr platform::sql::Migration card_steps[] = {{"credit_card", 1, R"sql(
create table credit_card(
  id bigint primary key,
  person bigint not null,
  bank text not null,
  number bytea not null,
  print bigint not null,
  masked_number text not null,
  state smallint not null,
  statement bigint not null,
  minimum bigint not null,
  due integer not null,
  asked integer not null,
  asked_at bigint not null,
  kept_at bigint not null,
  removed smallint not null);
create unique index credit_card_number on credit_card(person, print);
create table credit_card_repayment(
  payment bigint primary key,
  card bigint not null);
create index credit_card_repayment_card on credit_card_repayment(card, payment);
)sql"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return card_steps;
}

}  // namespace bank::credit_card
