// SPDX-License-Identifier: Apache-2.0
#include <bank/statement/issue.h>

#include <bank/payment/short_code.h>
#include <bank/statement/internal/words.h>

namespace bank::statement {

namespace {

constexpr platform::sql::Migration steps[] = {{"statement", 1, R"sql(
create table statement_issue(
  id bigint primary key,
  account bigint not null,
  first_day integer not null,
  last_day integer not null,
  opening bigint not null,
  closing bigint not null,
  total_in bigint not null,
  total_out bigint not null,
  lines bigint not null,
  issued_at bigint not null);
create index statement_issue_account on statement_issue(account, id);
)sql"},
                                              {"statement", 2, R"sql(
create table deposit_certificate(
  id bigint primary key,
  account bigint not null,
  holder bigint not null,
  amount bigint not null,
  unit text not null,
  minor_digits integer not null,
  first_day integer not null,
  last_day integer not null,
  hold bigint not null unique,
  issued_at bigint not null,
  given_back_at bigint);
create index deposit_certificate_holder on deposit_certificate(holder, id);
)sql"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return steps;
}

std::string number_of(const Issue& issue)
{
    return "S" + internal::reference(issue.last, base::to_string(issue.id));
}

std::string code_of(const platform::crypto::Hmac& key, const Issue& issue)
{
    platform::crypto::Bytes message;
    for (const std::string& part :
         {std::string{"statement"}, base::to_string(issue.id), base::to_string(issue.account),
          base::to_string(issue.first), base::to_string(issue.last),
          base::to_decimal(issue.opening), base::to_decimal(issue.closing),
          base::to_decimal(issue.in), base::to_decimal(issue.out), std::to_string(issue.count),
          std::string{issue.opening.currency.code}}) {
        platform::crypto::append_framed(message, platform::crypto::as_bytes(part));
    }
    return payment::short_code(key.code256(message));
}

void record(platform::sql::Transaction& transaction, const Issue& issue)
{
    transaction.execute(
        "insert into statement_issue(id, account, first_day, last_day, opening, closing, total_in, "
        "total_out, lines, issued_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        issue.id, issue.account, issue.first, issue.last, issue.opening.minor_units,
        issue.closing.minor_units, issue.in.minor_units, issue.out.minor_units, issue.count,
        issue.issued_at);
}

base::Result<Issue> find_issue(platform::sql::Snapshot& snapshot, account::Accounts& accounts,
                               DocumentId id)
{
    const auto unknown = [] {
        return base::not_found("statement.unknown", "no such statement was issued");
    };
    auto rows = snapshot.query(
        "select account, first_day, last_day, opening, closing, total_in, total_out, lines, "
        "issued_at from statement_issue where id = ?",
        id);
    if (!rows.next()) return unknown();
    const auto account = accounts.account(snapshot, rows.id<AccountId>(0));
    if (!account) return unknown();
    const auto unit = account.value().unit;
    return Issue{id,
                 account.value().id,
                 rows.date(1),
                 rows.date(2),
                 {rows.integer(3), unit},
                 {rows.integer(4), unit},
                 {rows.integer(5), unit},
                 {rows.integer(6), unit},
                 rows.integer(7),
                 rows.instant(8)};
}

}  // namespace bank::statement
