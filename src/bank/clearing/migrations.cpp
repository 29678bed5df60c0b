// SPDX-License-Identifier: Apache-2.0
#include <bank/clearing/outgoing.h>

namespace bank::clearing {

namespace {

constexpr platform::sql::Migration steps[] = {{"clearing", 1, R"sql(
create table clearing_payment(
  id integer primary key,
  payer bigint not null,
  account bigint not null,
  entry bigint not null,
  route text not null,
  bank text not null,
  category text not null,
  sealed bytea not null,
  beneficiary bigint not null,
  masked_number text not null,
  masked_name text not null,
  unit text not null,
  minor_digits smallint not null,
  minor_units bigint not null,
  state smallint not null,
  reason text not null,
  attempts integer not null,
  requested_at bigint not null,
  touched_at bigint not null,
  sent_at bigint,
  ended_at bigint,
  returned_at bigint);
create index clearing_payment_payer on clearing_payment(payer, id);
create index clearing_payment_known on clearing_payment(account, beneficiary);
create unique index clearing_payment_entry on clearing_payment(entry);
create index clearing_payment_open on clearing_payment(touched_at, id) where state < 3;
create table clearing_received(
  sender text not null,
  message text not null,
  content bigint not null,
  route text not null,
  entry bigint,
  account bigint,
  minor_units bigint not null,
  masked_name text not null,
  reason text not null,
  received_at bigint not null,
  primary key (sender, message));
create index clearing_received_entry on clearing_received(entry) where entry is not null;
)sql"},
                                              {"clearing", 2, R"sql(
create index clearing_payment_waiting on clearing_payment(id) where state < 3;
)sql"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return steps;
}

}  // namespace bank::clearing
