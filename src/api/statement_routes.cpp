// SPDX-License-Identifier: Apache-2.0
// What people take home: statements and receipts as documents, and whether one is genuine.
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/customer/mask.h>
#include <bank/letter/letters.h>
#include <bank/statement/receipt.h>
#include <bank/statement/verification.h>
#include <platform/http/problem.h>

namespace api {

namespace http = platform::http;
namespace sql = platform::sql;
namespace statement = bank::statement;
using base::Result;
using platform::json::Object;

namespace {

std::string verify_page(const Parts& parts)
{
    return parts.authentication.relying_party.origins.front() + "/verify";
}

http::Response file(std::string_view media_type, const std::string& name)
{
    http::Response response;
    response.set("Content-Type", std::string{media_type});
    response.set("Content-Disposition", "attachment; filename=\"" + name + "\"");
    response.set("Cache-Control", "private, no-store");
    return response;
}

Object document_shape(const statement::Document& document)
{
    return {{"id", to_string(document.id)},         {"state", to_string(document.state)},
            {"format", to_string(document.format)}, {"entries", document.lines},
            {"written", document.written},          {"number", document.number},
            {"verification_code", document.code},   {"file_name", document.file_name}};
}

statement::Format read_format(std::string_view text)
{
    if (text == "csv") return statement::Format::csv;
    return text == "camt053" ? statement::Format::camt053 : statement::Format::pdf;
}

Result<http::Response> begin_statement_document(Call& call, Parts& parts)
{
    const auto account = TRY(call.id<statement::AccountId>("account"));
    const auto first = TRY(base::parse_date(call.body["from"].text_or()));
    const auto last = TRY(base::parse_date(call.body["to"].text_or()));
    const auto document = TRY(call.caller->institution->statements.begin(
        {.owner = call.caller->customer,
         .account = account,
         .first = first,
         .last = last,
         .format = read_format(call.body["format"].text_or()),
         .language = std::string{call.language()},
         .large = call.body["large"].boolean_or(false),
         .verify_page = verify_page(parts)}));
    return ok(document_shape(document), 202);
}

Result<statement::Document> own_document(const Call& call)
{
    const auto id = TRY(call.id<statement::DocumentId>("document"));
    return call.caller->institution->statements.find(call.caller->customer, id);
}

Result<http::Response> statement_document(Call& call, Parts&)
{
    return ok(document_shape(TRY(own_document(call))));
}

Result<http::Response> statement_document_content(Call& call, Parts&)
{
    const auto document = TRY(own_document(call));
    if (document.state != statement::State::ready) {
        return base::conflict("statement.document_not_ready", "the document is not made yet");
    }
    auto response = file(statement::media_type(document.format), document.file_name);
    response.shared_body = document.content;
    return response;
}

http::Response receipt_file(const Call& call, Parts& parts, const bank::payment::Transfer& transfer)
{
    const auto* wanted = call.query.find("language");
    const std::string language{wanted == nullptr ? call.language() : wanted->text_or("zh")};
    const auto* large = call.query.find("large");
    auto response = file("application/pdf", transfer.receipt_number + ".pdf");
    response.body = statement::receipt_pdf(
        transfer,
        {.bank = std::string{base::in_language(parts.catalog.bank().facts.name, language)},
         .language = language,
         .verify_url =
             verify_page(parts) + "#" + transfer.receipt_number + "/" + transfer.verification_code,
         .large = large != nullptr && large->boolean_or(false),
         .utc_offset_minutes = call.caller->institution->utc_offset_minutes});
    return response;
}

Result<http::Response> receipt_document(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<bank::payment::EntryId>("transfer"));
    const auto transfer = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
        return institution.transfers.transfer(snapshot, call.caller->customer, id);
    }));
    return receipt_file(call, parts, transfer);
}

Result<http::Response> outgoing_document(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<bank::clearing::PaymentId>("payment"));
    const auto read =
        [&](sql::Snapshot& snapshot) -> Result<std::optional<bank::payment::Transfer>> {
        const auto payment = TRY(institution.outgoing.payment(snapshot, id, call.caller->customer));
        return institution.outgoing.receipt(snapshot, payment);
    };
    const auto paper = TRY(institution.book.read(read));
    if (!paper) {
        return base::conflict("clearing.no_receipt",
                              "only a payment that has arrived, and stayed there, has a receipt");
    }
    return receipt_file(call, parts, *paper);
}

Object genuine_shape(const Institution& institution, const statement::Genuine& paper)
{
    Object object{{"genuine", true}, {"institution", shape(institution.facts.name)}};
    if (paper.receipt) {
        const auto& receipt = *paper.receipt;
        object.set("kind", "receipt");
        object.set("number", receipt.receipt_number);
        object.set("amount", shape(receipt.amount));
        object.set("at", shape(receipt.at));
        object.set("from_account", receipt.from_number);
        object.set("to_account", receipt.to_number);
        object.set("payee_name", receipt.payee_name);
        return object;
    }
    if (paper.certificate) {
        const auto& certificate = *paper.certificate;
        object.set("kind", "certificate");
        object.set("number", statement::number_of(certificate));
        object.set("at", shape(certificate.issued_at));
        object.set("holder", paper.holder);
        object.set("account", paper.account_number);
        object.set("amount", shape(certificate.amount));
        object.set("from", base::to_string(certificate.from));
        object.set("to", base::to_string(certificate.until));
        object.set("standing", statement::to_string(paper.standing));
        return object;
    }
    const auto& issue = *paper.issue;
    object.set("kind", "statement");
    object.set("number", statement::number_of(issue));
    object.set("at", shape(issue.issued_at));
    object.set("holder", paper.holder);
    object.set("account", paper.account_number);
    object.set("from", base::to_string(issue.first));
    object.set("to", base::to_string(issue.last));
    object.set("opening", shape(issue.opening));
    object.set("closing", shape(issue.closing));
    object.set("in", shape(issue.in));
    object.set("out", shape(issue.out));
    object.set("entries", issue.count);
    return object;
}

Object genuine_bill_shape(const Parts& parts, const Institution& institution,
                          const bank::bill::Bill& bill)
{
    Object object{{"genuine", true},
                  {"institution", shape(institution.facts.name)},
                  {"kind", "receipt"},
                  {"number", bill.receipt_number},
                  {"amount", shape(bill.amount)},
                  {"at", shape(*bill.ended_at)},
                  {"from_account", bill.from_number}};
    if (const auto item = parts.bill_items.find(bill.item)) {
        object.set("payee_name", base::in_language(item->biller_name(), "zh"));
    }
    return object;
}

/// The answer to a confirmation letter: whose, of which day, and how many accounts it tells of.
Object genuine_letter_shape(Institution& institution, const bank::letter::Letter& letter)
{
    const std::string company = institution.book.read(
        [&](sql::Snapshot& snapshot) { return institution.people.name(snapshot, letter.company); });
    return {
        {"genuine", true},
        {"institution", shape(institution.facts.name)},
        {"kind", "letter"},
        {"number", bank::letter::number_of(letter)},
        {"at", shape(*letter.answered_at)},
        {"holder", bank::customer::masked_name(company)},
        {"to", base::to_string(letter.as_of)},
        {"entries", static_cast<std::int64_t>(
                        letter.figures.array() == nullptr ? 0 : letter.figures.array()->size())}};
}

/// The id at the end of a number; 0 where there is none.
std::uint64_t id_in(std::string_view number)
{
    const auto hyphen = number.rfind('-');
    if (hyphen == std::string_view::npos) return 0;
    const auto id = base::parse_id_text(number.substr(hyphen + 1));
    return id ? id.value() : 0;
}

/// A number tells its book: an entry's id holds it in front, every other id behind the time.
bool may_be_of(const Institution& institution, std::string_view number)
{
    const std::uint64_t id = id_in(number);
    const auto book = static_cast<std::uint64_t>(institution.facts.book);
    return id != 0 && (id >> bank::ledger::entry_number_bits == book || (id >> 12 & 1023) == book);
}

Result<http::Response> verify_document(Call& call, Parts& parts)
{
    if (const auto wait_ms = parts.verifications_per_address.take(call.request.peer); wait_ms > 0) {
        auto response = http::problem(429, "verification.too_many",
                                      "too many tries from here; wait a moment", call.request.id);
        response.set("Retry-After", std::to_string(wait_ms / 1000 + 1));
        return response;
    }
    const auto number = call.body["number"].text_or();
    for (Institution& institution : parts.institutions) {
        if (!may_be_of(institution, number)) continue;
        const auto paper = institution.book.read([&](sql::Snapshot& snapshot) {
            return statement::verify(snapshot, institution.accounts, institution.people,
                                     institution.transfers, institution.receipt_key,
                                     call.body["number"].text_or(), call.body["code"].text_or());
        });
        if (paper) return ok(genuine_shape(institution, *paper));
        auto outgoing = institution.book.read([&](sql::Snapshot& snapshot) {
            return institution.outgoing.genuine(snapshot, call.body["number"].text_or(),
                                                call.body["code"].text_or());
        });
        if (outgoing)
            return ok(genuine_shape(
                institution,
                {.receipt = std::move(outgoing), .issue = {}, .holder = {}, .account_number = {}}));
        const auto bill = institution.book.read([&](sql::Snapshot& snapshot) {
            return institution.bills.genuine(snapshot, bank::bill::BillId{id_in(number)}, number,
                                             call.body["code"].text_or());
        });
        if (bill) return ok(genuine_bill_shape(parts, institution, *bill));
        const auto letter = institution.book.read([&](sql::Snapshot& snapshot) {
            return bank::letter::genuine(snapshot, institution.receipt_key, number,
                                         call.body["code"].text_or());
        });
        if (letter) return ok(genuine_letter_shape(institution, *letter));
    }
    return ok(Object{{"genuine", false}});
}

}  // namespace

void add_statement_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("beginStatementDocument", Access::customer, with(begin_statement_document));
    routes.add("getStatementDocument", Access::customer, with(statement_document));
    routes.add("getStatementDocumentContent", Access::customer, with(statement_document_content));
    routes.add("getReceiptDocument", Access::customer, with(receipt_document));
    routes.add("getOutgoingDocument", Access::customer, with(outgoing_document));
    routes.add("verifyDocument", Access::open, with(verify_document));
}

}  // namespace api
