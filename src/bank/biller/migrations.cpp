// SPDX-License-Identifier: Apache-2.0
#include <bank/biller/sheets.h>

namespace bank::biller {

namespace {

constexpr platform::sql::Migration biller_steps[] = {{"biller", 1, R"sql(
create table biller_day(
  day integer primary key,
  after text not null,
  whole smallint not null);
create table biller_sheet(
  id bigint primary key,
  biller text not null,
  day integer not null,
  state smallint not null,
  way smallint not null,
  count bigint not null,
  total bigint not null,
  digest text not null,
  parts bigint not null,
  parts_delivered bigint not null,
  their_count bigint not null,
  their_total bigint not null,
  round bigint not null,
  pages bigint not null,
  next text not null,
  asked smallint not null,
  again_at bigint not null,
  trouble text not null,
  open_differences bigint not null,
  made_at bigint not null,
  delivered_at bigint,
  compared_at bigint);
create unique index biller_sheet_day on biller_sheet(biller, day);
create index biller_sheet_by_day on biller_sheet(day, id);
create index biller_sheet_waiting on biller_sheet(again_at, id) where state < 4 and asked = 0;
create table biller_list(
  sheet bigint not null,
  place bigint not null,
  payment text not null,
  amount bigint not null,
  receipt text not null,
  primary key (sheet, place));
create table biller_difference(
  id bigint primary key,
  sheet bigint not null,
  biller text not null,
  day integer not null,
  kind smallint not null,
  payment text not null,
  ours bigint not null,
  theirs bigint not null,
  receipt text not null,
  state smallint not null,
  resolution smallint not null,
  found_at bigint not null,
  settled_at bigint);
create unique index biller_difference_once on biller_difference(sheet, payment, kind);
create index biller_difference_payment on biller_difference(biller, payment);
create table biller_note(
  difference bigint not null,
  place bigint not null,
  staff bigint not null,
  words text not null,
  at bigint not null,
  primary key (difference, place));
create table biller_joined(
  id bigint primary key,
  code text not null unique,
  name_zh text not null,
  name_en text not null,
  category text not null,
  city text not null,
  contact text not null,
  state smallint not null,
  reason text not null,
  maker bigint not null,
  checker bigint not null,
  applied_at bigint not null,
  changed_at bigint not null,
  live_at bigint);
create index biller_joined_state on biller_joined(state, id);
create table biller_key(
  joined bigint not null,
  mode smallint not null,
  hash text not null,
  made_at bigint not null,
  primary key (joined, mode));
create table biller_item(
  joined bigint not null,
  code text not null,
  name_zh text not null,
  name_en text not null,
  district text not null,
  live smallint not null,
  primary key (joined, code));
create table biller_bill(
  id bigint primary key,
  joined bigint not null,
  mode smallint not null,
  item text not null,
  number_hash text not null,
  number_tail text not null,
  reference text not null,
  amount bigint not null,
  payer text not null,
  period text not null,
  state smallint not null,
  payment bigint not null,
  paid_on integer,
  paid_at bigint,
  pushed_at bigint not null);
create unique index biller_bill_reference on biller_bill(joined, mode, reference);
create index biller_bill_number on biller_bill(joined, mode, item, number_hash, id) where state = 0;
create index biller_bill_paid on biller_bill(joined, mode, paid_on, id) where state = 1;
)sql"},
                                                     // Days that were reconciled before are due.
                                                     {"biller", 2, R"sql(
create table biller_payout(
  sheet bigint primary key,
  payee text not null,
  day integer not null,
  state smallint not null,
  cause smallint not null,
  net bigint not null,
  amount bigint not null,
  bank text not null,
  number text not null,
  name text not null,
  payment bigint not null,
  attempt integer not null,
  maker bigint not null,
  checker bigint not null,
  note text not null,
  trouble text not null,
  into_sheet bigint not null,
  again_at bigint not null,
  changed_at bigint not null);
create index biller_payout_due on biller_payout(again_at, sheet) where state = 0;
create index biller_payout_waiting on biller_payout(sheet) where state = 1;
create index biller_payout_payee on biller_payout(payee, state);
create table biller_payout_account(
  payee text primary key,
  bank text not null,
  number text not null,
  name text not null,
  told_at bigint not null);
insert into biller_payout(sheet, payee, day, state, cause, net, amount, bank, number, name, payment,
  attempt, maker, checker, note, trouble, into_sheet, again_at, changed_at)
  select id, biller, day, 0, 0, total, 0, '', '', '', 0, 0, 0, 0, '', '', 0, 0, made_at
  from biller_sheet where state in (4, 6);
)sql"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return biller_steps;
}

}  // namespace bank::biller
