-- SPDX-License-Identifier: Apache-2.0
-- What the ledger on PostgreSQL is compared with: account, transfer, posting and event each in a table of its own with the usual
-- indexes, balances updated in place, and a whole transfer in one call of one function. Rows of accounts have room beside them, so
-- that an update touches no index; accounts are locked in the order of their ids, so that calls never wait in a ring.
create schema usual;
create table usual.account(id bigint primary key, balance bigint not null, version bigint not null) with (fillfactor = 70);
create table usual.transfer(
  id bigint generated always as identity (cache 100) primary key, client_high bigint not null, client_low bigint not null,
  from_account bigint not null, to_account bigint not null, amount bigint not null, at timestamptz not null default now(),
  unique (client_high, client_low));
create table usual.posting(
  id bigint generated always as identity (cache 100) primary key, transfer bigint not null, account bigint not null, amount bigint not null,
  balance bigint not null);
create index on usual.posting(account, id);
create table usual.event(id bigint generated always as identity (cache 100) primary key, transfer bigint not null, data text not null);

create function usual.transfer(high bigint, low bigint, payer bigint, payee bigint, sum bigint, told text) returns bigint
language plpgsql as $$
declare
  made bigint;
  payer_has bigint;
  payee_has bigint;
begin
  insert into usual.transfer(client_high, client_low, from_account, to_account, amount) values (high, low, payer, payee, sum)
    on conflict (client_high, client_low) do nothing returning id into made;
  if made is null then
    select id into made from usual.transfer where client_high = high and client_low = low and from_account = payer and to_account = payee and amount = sum;
    if made is null then raise exception 'the same id was used for something else before'; end if;
    return made;
  end if;
  if payee < payer then
    update usual.account set balance = balance + sum, version = version + 1 where id = payee returning balance into payee_has;
  end if;
  update usual.account set balance = balance - sum, version = version + 1 where id = payer and balance >= sum returning balance into payer_has;
  if payer_has is null then raise exception 'there is not enough on the account'; end if;
  if payee > payer then
    update usual.account set balance = balance + sum, version = version + 1 where id = payee returning balance into payee_has;
  end if;
  if payee_has is null then raise exception 'there is no such account'; end if;
  insert into usual.posting(transfer, account, amount, balance) values (made, payer, -sum, payer_has), (made, payee, sum, payee_has);
  insert into usual.event(transfer, data) values (made, told);
  return made;
end $$;
