// SPDX-License-Identifier: Apache-2.0
#include <bank/bill/bills.h>

namespace bank::bill {

namespace {

constexpr platform::sql::Migration bill_steps[] = {{"bill", 1, R"sql(
create table bill_inquiry(
  id bigint primary key,
  person bigint not null,
  item text not null,
  state smallint not null,
  data text not null,
  amount bigint not null,
  reference text not null,
  payer text not null,
  period text not null,
  asked_at bigint not null);
create table bill_payment(
  id bigint primary key,
  inquiry bigint not null,
  person bigint not null,
  item text not null,
  biller text not null,
  from_account bigint not null,
  from_number text not null,
  amount bigint not null,
  discount bigint not null,
  voucher bigint not null,
  state smallint not null,
  hold bigint not null,
  content bigint not null,
  reason text not null,
  biller_receipt text not null,
  purpose bytea not null,
  requested_at bigint not null,
  touched_at bigint not null,
  ended_at bigint);
create index bill_payment_person on bill_payment(person, id);
create index bill_payment_inquiry on bill_payment(inquiry);
create index bill_payment_open on bill_payment(touched_at, id) where state < 2;
create index bill_payment_ended on bill_payment(ended_at) where state = 2;
create table bill_payment_key(key text primary key, bill bigint not null);
)sql"},
                                                   {"bill", 2, R"sql(
alter table bill_inquiry add column sealed blob;
)sql"},
                                                   // What was before is put on its calendar day.
                                                   {"bill", 3, R"sql(
alter table bill_payment add column asked_on integer;
alter table bill_payment add column paid_on integer;
update bill_payment set asked_on = (requested_at + 28800000000) / 86400000000;
update bill_payment set paid_on = (ended_at + 28800000000) / 86400000000 where state = 2;
create index bill_payment_asked_on on bill_payment(asked_on, id);
create index bill_payment_paid_on on bill_payment(paid_on, biller, id);
)sql"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return bill_steps;
}

}  // namespace bank::bill
