// SPDX-License-Identifier: Apache-2.0
#include <server/operations.h>

#include <bank/customer/person.h>
#include <bank/letter/letters.h>

#include <algorithm>

namespace server {

namespace customer = bank::customer;
namespace json = platform::json;
namespace letter = bank::letter;
using base::Result;
using engine::process::OperationCall;
using json::Object;
using json::Value;

namespace {

/// Figures as the staff read them: one account a line.
std::string figures_in_words(const Value& figures)
{
    std::string words;
    if (figures.array() == nullptr) return words;
    for (const auto& one : *figures.array()) {
        if (!words.empty()) words += "; ";
        words += std::string{one["account"].text_or()} + ": " +
                 std::string{one["balance"].text_or()} + " " +
                 std::string{one["currency"].text_or()};
    }
    return words;
}

Result<letter::LetterId> letter_of(const OperationCall& call)
{
    return base::parse_id<letter::LetterId>(argument(call, "application")["letter"].text_or());
}

/// The letter that the applicant consents to, with the figures that would be told today.
Result<Value> check_letter(const OperationCall& call, const OperationParts& parts)
{
    const auto id = letter_of(call);
    if (!id) return again("letter.unknown");
    const auto asked = letter::find(call.transaction, id.value());
    if (!asked) return again(asked.error().reason);
    const auto person = TRY(subject_of(call));
    const auto agents = letter::agents_of(call.transaction, asked.value().company);
    if (std::ranges::find(agents, person) == agents.end()) return again("letter.unknown");
    if (asked.value().state == letter::LetterState::answered) return again("letter.answered");
    if (asked.value().state == letter::LetterState::declined) return again("letter.declined");
    const auto figures = TRY(letter::figures(call.transaction, parts.accounts, asked.value()));
    return ok_with(
        {{"letter", to_string(asked.value().id)},
         {"number", asked.value().number},
         {"company", TRY(customer::read_field(call.transaction, parts.vault, asked.value().company,
                                              customer::field::name))},
         {"as_of", base::to_string(asked.value().as_of)},
         {"figures", figures_in_words(figures)}});
}

/// Two of the bank agree: the company's consent is noted and the answer sealed, in one.
Result<Value> answer_letter(const OperationCall& call, const OperationParts& parts)
{
    const auto id = TRY(letter_of(call));
    const auto person = TRY(subject_of(call));
    TRY(letter::consent(call.transaction, person, id));
    const auto answered = TRY(letter::answer(call.transaction, parts.accounts, id));
    return ok_with({{"answer_number", letter::number_of(answered)},
                    {"number", answered.number},
                    {"as_of", base::to_string(answered.as_of)}});
}

/// Somebody of the bank refuses: the firm hears so when it asks again.
Result<Value> decline_letter(const OperationCall& call, const OperationParts&)
{
    const auto id = TRY(letter_of(call));
    const auto declined =
        TRY(letter::decline(call.transaction, id, argument(call, "reason").text_or()));
    return ok_with({{"number", declined.number}});
}

}  // namespace

void add_letter_operations(engine::process::OperationRegistry& registry,
                           const OperationParts& parts)
{
    add_named(registry, parts,
              {
                  {"letter.check", check_letter},
                  {"letter.answer", answer_letter},
                  {"letter.decline", decline_letter},
              });
}

}  // namespace server
