// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/person.h>

#include <array>

namespace bank::customer {

namespace {

constexpr std::array schema{
    platform::sql::Migration{"customer", 1, R"sql(
create table customer_person(
    id bigint primary key,
    state text not null,
    knowledge text not null,
    created bigint not null,
    key_id bigint,
    data_key blob);
create index customer_person_key on customer_person(key_id, id);
create table customer_field(
    customer bigint not null references customer_person(id),
    name text not null,
    sealed blob not null,
    primary key(customer, name));
create table customer_lookup(
    kind text not null,
    hash blob not null,
    customer bigint not null references customer_person(id),
    primary key(kind, hash, customer));
create index customer_lookup_customer on customer_lookup(customer);
create table customer_consent(
    id bigint primary key,
    customer bigint not null references customer_person(id),
    document text not null,
    version text not null,
    language text not null,
    text_hash blob not null,
    given integer not null,
    channel text not null,
    instant bigint not null);
create index customer_consent_customer on customer_consent(customer, document, id);
)sql"},
    // With the kind in it, so that the planner never walks all customers of a kind instead.
    platform::sql::Migration{"customer", 2, R"sql(
drop index customer_lookup_customer;
create index customer_lookup_owner on customer_lookup(customer, kind);
)sql"},
    platform::sql::Migration{"customer", 3,
                             "alter table customer_person add column language text"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return schema;
}

}  // namespace bank::customer
