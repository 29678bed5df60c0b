-- SPDX-License-Identifier: Apache-2.0
-- What a payment of the product does besides its transfer, in the same call: the payer's latest payments looked up, judgement, audit record
-- and two events in rows of tables. Records are not chained by hashes, for then each call would wait for the commit of the one before.
create table usual.decision(
  id bigint generated always as identity (cache 100) primary key, at timestamptz not null default now(), from_account bigint not null,
  to_account bigint not null, amount bigint not null, verdict smallint not null, version text not null, reasons text not null);
create table usual.audit(
  id bigint generated always as identity (cache 100) primary key, at timestamptz not null default now(), actor bigint not null, action text not null,
  object bigint not null, details text not null);
create index on usual.audit(object, id);
create index on usual.transfer(from_account, at);

create function usual.told(account bigint, other bigint) returns text language sql immutable as
$$ select '{"account":"' || account || '","other":"' || other || '","amount":"0.01","currency":"CNY"}' $$;

create function usual.payment(high bigint, low bigint, payer bigint, payee bigint, sum bigint) returns bigint
language plpgsql as $$
declare
  made bigint;
  last_hour record;
begin
  select count(*) filter (where at > now() - interval '1 minute') as few, count(*) as many, coalesce(sum(amount), 0) as amount into last_hour
    from usual.transfer where from_account = payer and at > now() - interval '1 hour';
  if last_hour.few > 30 or last_hour.many > 300 or last_hour.amount > 1000000000 then raise exception 'too many payments'; end if;
  made := usual.transfer(high, low, payer, payee, sum, usual.told(payer, payee));
  insert into usual.event(transfer, data) values (made, usual.told(payee, payer));
  insert into usual.decision(from_account, to_account, amount, verdict, version, reasons) values (payer, payee, sum, 0, 'bench/none', '');
  insert into usual.audit(actor, action, object, details) values (payer, 'payment.transfer', made,
    '{"amount":"0.01","from":"' || payer || '","proof":"password","to":"' || payee || '"}');
  return made;
end $$;
