// SPDX-License-Identifier: Apache-2.0
#include <bank/letter/letters.h>

#include <bank/payment/short_code.h>

#include <algorithm>

namespace bank::letter {

namespace json = platform::json;
using base::Result;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::size_t longest_number = 60;
constexpr int china_offset_minutes = 480;

constexpr platform::sql::Migration letter_steps[] = {{"letter", 1, R"sql(
create table letter_agent(
  company bigint not null,
  person bigint not null,
  primary key (company, person));
create index letter_agent_person on letter_agent(person);
create table confirmation_letter(
  id bigint primary key,
  firm text not null,
  number text not null,
  company bigint not null,
  as_of integer not null,
  state integer not null,
  asked_at bigint not null,
  answered_at bigint,
  figures text not null);
create unique index confirmation_letter_number on confirmation_letter(firm, number);
create index confirmation_letter_company on confirmation_letter(company, state);
)sql"},
                                                     {"letter", 2,
                                                      "alter table confirmation_letter add column"
                                                      " reason text not null default ''"}};

constexpr std::string_view letter_columns =
    "select l.id, l.firm, l.number, l.company, l.as_of, l.state, l.asked_at, l.answered_at,"
    " l.figures, l.reason from confirmation_letter l ";

Letter read_letter(platform::sql::Cursor& row)
{
    Letter letter{.id = row.id<LetterId>(0),
                  .firm = row.string(1),
                  .number = row.string(2),
                  .company = row.id<CustomerId>(3),
                  .as_of = row.date(4),
                  .state = static_cast<LetterState>(row.integer(5)),
                  .asked_at = row.instant(6)};
    if (!row.is_null(7)) letter.answered_at = row.instant(7);
    if (const auto figures = json::parse(row.text(8))) letter.figures = figures.value();
    letter.reason = row.string(9);
    return letter;
}

base::Error letter_unknown()
{
    return base::not_found("letter.unknown", "there is no such letter");
}

base::Error declined()
{
    return base::conflict("letter.declined", "the bank does not answer this letter");
}

bool is_number(std::string_view number)
{
    return !number.empty() && number.size() <= longest_number &&
           std::ranges::all_of(number, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '/' || c == '.';
           });
}

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return letter_steps;
}

std::string_view to_string(LetterState state)
{
    constexpr std::string_view names[] = {"waiting", "consented", "answered", "declined"};
    return names[static_cast<std::size_t>(state)];
}

void authorise(Transaction& transaction, CustomerId company, CustomerId person)
{
    transaction.execute(
        "insert into letter_agent(company, person) values (?, ?) on conflict (company, person) do"
        " nothing",
        company, person);
}

std::vector<CustomerId> agents_of(Snapshot& snapshot, CustomerId company)
{
    auto row = snapshot.query("select person from letter_agent where company = ? order by person",
                              company);
    std::vector<CustomerId> agents;
    while (row.next()) agents.push_back(row.id<CustomerId>(0));
    return agents;
}

Result<Asked> ask(Transaction& transaction, const Request& request, base::Date today)
{
    if (!is_number(request.number))
        return base::invalid("letter.number_malformed", "a letter has a number");
    {
        auto row =
            transaction.query(std::string{letter_columns} + "where l.firm = ? and l.number = ?",
                              request.firm, request.number);
        if (row.next()) {
            auto before = read_letter(row);
            if (before.company != request.company || before.as_of != request.as_of) {
                return base::conflict("letter.number_reused",
                                      "this number is that of another letter");
            }
            return Asked{std::move(before), false};
        }
    }
    if (request.as_of > today)
        return base::invalid("letter.day_ahead", "the day of the figures is still to come");
    if (agents_of(transaction, request.company).empty()) {
        return base::rejected("letter.nobody_authorised",
                              "nobody is authorised to speak for this company");
    }
    const Letter letter{.id = transaction.new_id<LetterId>(),
                        .firm = request.firm,
                        .number = request.number,
                        .company = request.company,
                        .as_of = request.as_of,
                        .asked_at = transaction.now()};
    transaction.execute(
        "insert into confirmation_letter(id, firm, number, company, as_of, state, asked_at,"
        " figures) values (?, ?, ?, ?, ?, ?, ?, ?)",
        letter.id, letter.firm, letter.number, letter.company, letter.as_of,
        static_cast<int>(letter.state), letter.asked_at, "[]");
    audit::append(transaction, {.actor = {audit::ActorKind::partner, 0},
                                .action = "letter.ask",
                                .object = {"customer", letter.company.value},
                                .reason = {},
                                .details = {{"firm", letter.firm},
                                            {"number", letter.number},
                                            {"as_of", base::to_string(letter.as_of)}}});
    return Asked{letter, true};
}

Result<Letter> find(Snapshot& snapshot, LetterId id)
{
    auto row = snapshot.query(std::string{letter_columns} + "where l.id = ?", id);
    if (!row.next()) return letter_unknown();
    return read_letter(row);
}

std::vector<Letter> open_for(Snapshot& snapshot, CustomerId person)
{
    auto row = snapshot.query(std::string{letter_columns} +
                                  "join letter_agent a on a.company = l.company"
                                  " where a.person = ? and l.state < ? order by l.id",
                              person, static_cast<int>(LetterState::answered));
    std::vector<Letter> letters;
    while (row.next()) letters.push_back(read_letter(row));
    return letters;
}

Result<json::Value> figures(Snapshot& snapshot, account::Accounts& accounts, const Letter& letter)
{
    json::Array all;
    for (const auto& one : accounts.of_holder(snapshot, letter.company)) {
        if (base::local_date(one.opened_at, china_offset_minutes) > letter.as_of) continue;
        const auto day =
            TRY(accounts.ledger().statement(snapshot, one.id, letter.as_of, letter.as_of));
        all.push_back(json::Object{{"account", one.number},
                                   {"currency", one.unit.code},
                                   {"balance", base::to_decimal(day.closing)}});
    }
    return json::Value{std::move(all)};
}

Result<Letter> consent(Transaction& transaction, CustomerId person, LetterId id)
{
    auto letter = TRY(find(transaction, id));
    const auto agents = agents_of(transaction, letter.company);
    if (std::ranges::find(agents, person) == agents.end()) return letter_unknown();
    if (letter.state == LetterState::answered)
        return base::conflict("letter.answered", "this letter is answered");
    if (letter.state == LetterState::declined) return declined();
    if (letter.state == LetterState::consented) return letter;
    letter.state = LetterState::consented;
    transaction.execute("update confirmation_letter set state = ? where id = ?",
                        static_cast<int>(letter.state), id);
    audit::append(transaction, {.actor = {audit::ActorKind::customer, person.value},
                                .action = "letter.consent",
                                .object = {"customer", letter.company.value},
                                .reason = {},
                                .details = {{"firm", letter.firm}, {"number", letter.number}}});
    return letter;
}

Result<Letter> answer(Transaction& transaction, account::Accounts& accounts, LetterId id)
{
    auto letter = TRY(find(transaction, id));
    if (letter.state == LetterState::answered) return letter;
    if (letter.state == LetterState::declined) return declined();
    if (letter.state != LetterState::consented)
        return base::rejected("letter.no_consent", "the company has not agreed");
    letter.figures = TRY(figures(transaction, accounts, letter));
    letter.state = LetterState::answered;
    letter.answered_at = transaction.now();
    transaction.execute(
        "update confirmation_letter set state = ?, answered_at = ?, figures = ? where id = ?",
        static_cast<int>(letter.state), transaction.now(), json::serialise(letter.figures), id);
    audit::append(transaction, {.actor = {audit::ActorKind::system, 0},
                                .action = "letter.answer",
                                .object = {"customer", letter.company.value},
                                .reason = {},
                                .details = {{"firm", letter.firm},
                                            {"number", letter.number},
                                            {"answer", number_of(letter)}}});
    return letter;
}

Result<Letter> decline(Transaction& transaction, LetterId id, std::string_view reason)
{
    auto letter = TRY(find(transaction, id));
    if (letter.state == LetterState::declined) return letter;
    if (letter.state == LetterState::answered)
        return base::conflict("letter.answered", "this letter is answered");
    if (reason.empty()) return base::invalid("letter.reason_missing", "say why it is not answered");
    letter.state = LetterState::declined;
    letter.reason = reason;
    transaction.execute("update confirmation_letter set state = ?, reason = ? where id = ?",
                        static_cast<int>(letter.state), reason, id);
    audit::append(transaction, {.actor = {audit::ActorKind::system, 0},
                                .action = "letter.decline",
                                .object = {"customer", letter.company.value},
                                .reason = std::string{reason},
                                .details = {{"firm", letter.firm}, {"number", letter.number}}});
    return letter;
}

std::string number_of(const Letter& letter)
{
    std::string day = base::to_string(letter.as_of);
    std::erase(day, '-');
    return "H" + day + "-" + base::to_string(letter.id);
}

std::string code_of(const platform::crypto::Hmac& key, const Letter& letter)
{
    platform::crypto::Bytes message;
    for (const std::string& part :
         {std::string{"letter"}, base::to_string(letter.id), letter.firm, letter.number,
          base::to_string(letter.company), base::to_string(letter.as_of),
          json::serialise(letter.figures)}) {
        platform::crypto::append_framed(message, platform::crypto::as_bytes(part));
    }
    return payment::short_code(key.code256(message));
}

std::optional<Letter> genuine(Snapshot& snapshot, const platform::crypto::Hmac& key,
                              std::string_view number, std::string_view code)
{
    const auto hyphen = number.find('-');
    if (!number.starts_with('H') || hyphen == std::string_view::npos) return std::nullopt;
    const auto id = base::parse_id<LetterId>(number.substr(hyphen + 1));
    if (!id) return std::nullopt;
    const auto letter = find(snapshot, id.value());
    if (!letter || letter.value().state != LetterState::answered ||
        number_of(letter.value()) != number ||
        !payment::same_code(code, code_of(key, letter.value()))) {
        return std::nullopt;
    }
    return letter.value();
}

}  // namespace bank::letter
