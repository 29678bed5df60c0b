// SPDX-License-Identifier: Apache-2.0
// Payrolls on the workbench: upload, look, hand in, approve, stop, and the files that come back.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <bank/account/number.h>
#include <bank/audit/trail.h>
#include <bank/batch/files.h>
#include <bank/customer/mask.h>
#include <platform/http/problem.h>

#include <algorithm>
#include <charconv>

namespace api {

namespace batch = bank::batch;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr std::size_t upload_bytes = 20U << 20U;
constexpr int upload_deadline_ms = 120'000;
constexpr std::string_view view_right = "batch.view";
constexpr std::string_view upload_right = "batch.upload";
constexpr std::string_view approve_right = "batch.approve";

std::string_view query_text(const Call& call, std::string_view name)
{
    const auto* value = call.query.find(name);
    return value == nullptr ? std::string_view{} : value->text_or();
}

Object tally_shape(const batch::Tally& tally, base::Currency unit)
{
    return {{"lines", tally.lines}, {"amount", base::to_decimal({tally.minor_units, unit})}};
}

/// What the bank's folder says of a reason, in each of its languages; a person's own words as such.
Object reason_shape(const bank::catalog::Bank& bank, std::string_view reason)
{
    Object object{{"code", reason}};
    if (const auto it = bank.reasons.find(reason); it != bank.reasons.end()) {
        object.set("text", shape(it->second));
    } else {
        object.set("text", Object{{"zh", reason}, {"en", reason}});
    }
    return object;
}

Object staff_shape(const Parts& parts, std::uint64_t id)
{
    const auto staff = parts.organisation.by_id(bank::organisation::StaffId{id});
    return {{"username", staff ? staff.value().login : std::string{}},
            {"name", staff ? staff.value().name : std::string{}}};
}

Object payer_shape(const Institution& institution, const batch::Payer& payer)
{
    return {{"account", to_string(payer.account)},
            {"institution", institution.facts.code},
            {"institution_name", shape(institution.facts.short_name)},
            {"number", payer.number},
            {"name", payer.name},
            {"available", shape(payer.available)}};
}

Object batch_shape(sql::Snapshot& snapshot, const Parts& parts, const Institution& institution,
                   const batch::Batch& one)
{
    const auto account = institution.accounts.account(snapshot, one.payer);
    const auto money = institution.accounts.ledger().account(snapshot, one.payer);
    base::ensure(account.has_value() && money.has_value());
    Object object{{"id", to_string(one.id)},
                  {"state", batch::to_string(one.state)},
                  {"title", one.title},
                  {"payer", payer_shape(institution,
                                        {one.payer, account.value().number,
                                         institution.people.name(snapshot, account.value().holder),
                                         money.value().available()})},
                  {"format", batch::to_string(one.format)},
                  {"encoding", one.encoding},
                  {"file_hash", one.file_hash},
                  {"on_bad_line", batch::to_string(one.on_bad_line)},
                  {"currency", std::string{one.unit.code}},
                  {"all", tally_shape(one.all, one.unit)},
                  {"waiting", tally_shape(one.waiting, one.unit)},
                  {"ready", tally_shape(one.ready, one.unit)},
                  {"refused", tally_shape(one.refused, one.unit)},
                  {"paid", tally_shape(one.paid, one.unit)},
                  {"maker", staff_shape(parts, one.maker)},
                  {"uploaded_at", shape(one.uploaded_at)}};
    if (one.checker != 0) object.set("checker", staff_shape(parts, one.checker));
    if (!one.reason.empty()) object.set("reason", reason_shape(parts.catalog.bank(), one.reason));
    if (one.submitted_at) object.set("submitted_at", shape(*one.submitted_at));
    if (one.approved_at) object.set("approved_at", shape(*one.approved_at));
    if (one.ended_at) object.set("ended_at", shape(*one.ended_at));
    return object;
}

/// With what only one's own page shows: why lines were refused.
Object batch_detail_shape(Call& call, const Parts& parts, Institution& institution,
                          const batch::Batch& one)
{
    return institution.book.read([&](sql::Snapshot& snapshot) {
        Object object = batch_shape(snapshot, parts, institution, one);
        Array reasons;
        for (const auto& count : institution.batches.reasons(snapshot, one)) {
            Object reason = reason_shape(parts.catalog.bank(), count.reason);
            reason.set("lines", count.lines);
            reasons.push_back(std::move(reason));
        }
        object.set("reasons", std::move(reasons));
        const bool mine = call.staff->staff.id.value == one.maker;
        object.set("mine", mine);
        return object;
    });
}

Result<http::Response> list_payers(Call& call, Parts& parts)
{
    Array items;
    for (Institution* institution : TRY(institutions_for(call, parts, view_right))) {
        const auto found = institution->book.read(
            [&](sql::Snapshot& snapshot) { return institution->batches.payers(snapshot); });
        for (const auto& payer : found) items.push_back(payer_shape(*institution, payer));
    }
    return ok(Object{{"items", std::move(items)}});
}

Result<http::Response> list_batches(Call& call, Parts& parts)
{
    batch::BatchId before;
    if (!call.cursor().empty()) before = TRY(base::parse_id<batch::BatchId>(call.cursor()));
    const auto state = batch::state_of(query_text(call, "state"));
    struct Found {
        Institution* institution;
        batch::Batch one;
    };
    std::vector<Found> found;
    for (Institution* institution :
         TRY(institutions_for(call, parts, view_right, query_text(call, "institution")))) {
        auto some = institution->book.read([&](sql::Snapshot& snapshot) {
            return institution->batches.list(snapshot, state, before, call.limit() + 1);
        });
        for (auto& one : some) found.push_back({institution, std::move(one)});
    }
    std::ranges::sort(found, [](const Found& a, const Found& b) { return a.one.id > b.one.id; });
    const auto limit = static_cast<std::size_t>(call.limit());
    const bool more = found.size() > limit;
    if (more) found.resize(limit);
    Array items;
    for (const auto& [institution, one] : found) {
        items.push_back(institution->book.read([&, &i = *institution, &b = one](auto& snapshot) {
            return batch_shape(snapshot, parts, i, b);
        }));
    }
    Object object{{"items", std::move(items)}};
    if (more) object.set("next_cursor", to_string(found.back().one.id));
    return ok(object);
}

Result<http::Response> upload_batch(Call& call, Parts& parts)
{
    const auto payer = TRY(base::parse_id<bank::account::AccountId>(query_text(call, "payer")));
    Institution* institution =
        TRY(institution_for(call, parts, payer, upload_right, "batch.payer_unknown"));
    const auto made = TRY(institution->batches.upload(
        {.maker = call.staff->staff.id.value,
         .key = std::string{call.request.header("Idempotency-Key")},
         .payer = payer,
         .title = std::string{query_text(call, "title")},
         .on_bad_line = query_text(call, "on_bad_line") == "stop" ? batch::OnBadLine::stop
                                                                  : batch::OnBadLine::go_on,
         .language = std::string{call.language()},
         .file = call.request.body}));
    return ok(batch_detail_shape(call, parts, *institution, made), 201);
}

/// The batch of the path, where the caller may do `right` there.
struct Place {
    Institution* institution;
    batch::Batch one;
};

Result<Place> place_of(Call& call, Parts& parts, std::string_view right)
{
    const auto id = TRY(call.id<batch::BatchId>("batch"));
    Institution* institution = TRY(institution_for(call, parts, id, right, "batch.unknown"));
    auto one = TRY(institution->book.read(
        [&](sql::Snapshot& snapshot) { return institution->batches.batch(snapshot, id); }));
    return Place{institution, std::move(one)};
}

Result<http::Response> get_batch(Call& call, Parts& parts)
{
    const auto place = TRY(place_of(call, parts, view_right));
    return ok(batch_detail_shape(call, parts, *place.institution, place.one));
}

std::optional<batch::LineState> line_state(std::string_view text)
{
    for (const auto state : {batch::LineState::waiting, batch::LineState::ready,
                             batch::LineState::refused, batch::LineState::paid}) {
        if (batch::to_string(state) == text) return state;
    }
    return std::nullopt;
}

/// Names and numbers are shown masked here; the files hold them in full, for who may upload.
Object batch_line_shape(const bank::catalog::Bank& bank, const batch::Line& line)
{
    Array reasons;
    for (const auto& fault : line.row.faults) {
        Object reason = reason_shape(bank, fault.reason);
        if (!fault.at.empty()) reason.set("at", fault.at);
        reasons.push_back(std::move(reason));
    }
    Object object{{"number", line.number},
                  {"place", line.place},
                  {"state", batch::to_string(line.state)},
                  {"account", bank::account::masked_number(line.row.account)},
                  {"name", bank::customer::masked_name(line.row.name)},
                  {"amount_written", line.row.amount},
                  {"reference", line.row.reference},
                  {"own_id", line.row.own_id},
                  {"reasons", std::move(reasons)}};
    if (line.amount.minor_units > 0) object.set("amount", shape(line.amount));
    if (line.entry) object.set("entry", to_string(line.entry));
    if (line.paid_at) object.set("paid_at", shape(*line.paid_at));
    return object;
}

Result<http::Response> list_lines(Call& call, Parts& parts)
{
    const auto place = TRY(place_of(call, parts, view_right));
    int after = 0;
    const auto cursor = call.cursor();
    const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), after);
    if (!cursor.empty() && (error != std::errc{} || end != cursor.data() + cursor.size())) {
        return base::invalid("batch.cursor_malformed", "this is no cursor of a page of lines");
    }
    const auto limit = static_cast<std::size_t>(call.limit());
    auto page = place.institution->book.read([&](sql::Snapshot& snapshot) {
        return place.institution->batches.lines(
            snapshot, place.one, line_state(query_text(call, "state")), after, call.limit() + 1);
    });
    const bool more = page.size() > limit;
    if (more) page.resize(limit);
    Array items;
    for (const auto& line : page) items.push_back(batch_line_shape(parts.catalog.bank(), line));
    Object object{{"items", std::move(items)}};
    if (more) object.set("next_cursor", std::to_string(page.back().number));
    return ok(object);
}

http::Response file_answer(std::string body, std::string_view media_type, const std::string& name)
{
    http::Response response{.status = 200, .body = std::move(body)};
    response.set("Content-Type", std::string{media_type});
    response.set("Content-Disposition", "attachment; filename=\"" + name + "\"");
    return response;
}

constexpr std::string_view csv_type = "text/csv; charset=utf-8";
constexpr std::string_view xml_type = "application/xml";
constexpr std::string_view xlsx_type =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Giving a file out is recorded: it holds names and account numbers in full.
Result<void> record_download(Call& call, const Place& place, std::string_view kind)
{
    return place.institution->book.write([&](sql::Transaction& transaction) -> Result<void> {
        bank::audit::append(transaction,
                            {.actor = {bank::audit::ActorKind::staff, call.staff->staff.id.value},
                             .action = "batch.download",
                             .object = {"batch", place.one.id.value},
                             .reason = {},
                             .details = Object{{"file", kind}}});
        return {};
    });
}

batch::Words words_of(const Parts& parts)
{
    return [&bank = parts.catalog.bank()](std::string_view reason, std::string_view language) {
        return bank.words_for(reason, language);
    };
}

/// In the maker's language: the file goes back to whom it came from.
Result<http::Response> errors_file(Call& call, Parts& parts)
{
    const auto place = TRY(place_of(call, parts, upload_right));
    TRY(record_download(call, place, "errors"));
    auto body = place.institution->book.read([&](sql::Snapshot& snapshot) {
        return batch::errors_csv(snapshot, place.institution->batches, place.one,
                                 place.one.language, words_of(parts));
    });
    return file_answer(std::move(body), csv_type, to_string(place.one.id) + "-errors.csv");
}

Result<http::Response> result_file(Call& call, Parts& parts)
{
    const auto place = TRY(place_of(call, parts, upload_right));
    const bool report = query_text(call, "format") == "pain.002";
    TRY(record_download(call, place, report ? "pain.002" : "result"));
    auto body = place.institution->book.read([&](sql::Snapshot& snapshot) {
        auto& batches = place.institution->batches;
        return report ? batch::status_report(snapshot, batches, place.one, parts.clock.now())
                      : batch::result_csv(snapshot, batches, place.one, place.one.language,
                                          words_of(parts));
    });
    const std::string name = to_string(place.one.id) + (report ? "-pain.002.xml" : "-result.csv");
    return file_answer(std::move(body), report ? xml_type : csv_type, name);
}

Result<http::Response> sample_file(Call& call, Parts& parts)
{
    const auto format = call.request.parameter("format");
    const auto institutions = TRY(institutions_for(call, parts, view_right));
    if (format == "csv")
        return file_answer(batch::sample_csv(call.language()), csv_type, "wages.csv");
    if (format == "xlsx") {
        return file_answer(batch::sample_workbook(call.language()), xlsx_type, "wages.xlsx");
    }
    for (Institution* institution : institutions) {
        const auto found = institution->book.read(
            [&](sql::Snapshot& snapshot) { return institution->batches.payers(snapshot); });
        if (found.empty()) continue;
        return file_answer(
            batch::sample_pain(found.front().name, found.front().number, parts.clock.now()),
            xml_type, "wages.pain.001.xml");
    }
    return base::not_found("batch.payer_unknown", "no account is agreed to be paid from");
}

/// An act of a person: done in a unit of work, told, answered with the batch as it then is.
template <class Act>
Result<http::Response> do_act(Call& call, const Parts& parts, const Place& place, Act act)
{
    const auto staff = call.staff->staff.id.value;
    const auto done = TRY(place.institution->book.write(
        [&](sql::Transaction& transaction) { return act(transaction, place.one.id, staff); }));
    parts.live.tell({Listener::Kind::staff, place.institution->facts.book, 0}, "batch.changed",
                    to_string(place.one.id));
    return ok(batch_detail_shape(call, parts, *place.institution, done));
}

Result<http::Response> submit_batch(Call& call, Parts& parts)
{
    const auto place = TRY(place_of(call, parts, upload_right));
    return do_act(call, parts, place, [&](auto& transaction, auto id, auto staff) {
        return place.institution->batches.submit(transaction, id, staff);
    });
}

/// What is to be paid must be within what the person may approve.
Result<Place> place_to_approve(Call& call, Parts& parts)
{
    auto place = TRY(place_of(call, parts, approve_right));
    TRY(parts.organisation.check_limit(call.staff->staff,
                                       {place.one.ready.minor_units, place.one.unit}));
    return place;
}

Result<http::Response> approve_batch(Call& call, Parts& parts)
{
    const auto place = TRY(place_to_approve(call, parts));
    return do_act(call, parts, place, [&](auto& transaction, auto id, auto staff) {
        return place.institution->batches.approve(transaction, id, staff);
    });
}

Result<http::Response> resume_batch(Call& call, Parts& parts)
{
    const auto place = TRY(place_to_approve(call, parts));
    return do_act(call, parts, place, [&](auto& transaction, auto id, auto staff) {
        return place.institution->batches.resume(transaction, id, staff);
    });
}

/// The maker may take back what is not approved yet; others need the right to approve.
Result<http::Response> refuse_batch(Call& call, Parts& parts)
{
    auto place = TRY(place_of(call, parts, view_right));
    if (place.one.maker != call.staff->staff.id.value) {
        place = TRY(place_of(call, parts, approve_right));
    }
    return do_act(call, parts, place, [&](auto& transaction, auto id, auto staff) {
        return place.institution->batches.refuse(transaction, id, staff,
                                                 call.body["reason"].text_or());
    });
}

Result<http::Response> stop_batch(Call& call, Parts& parts)
{
    const auto place = TRY(place_of(call, parts, approve_right));
    return do_act(call, parts, place, [&](auto& transaction, auto id, auto staff) {
        return place.institution->batches.halt(transaction, id, staff,
                                               call.body["reason"].text_or());
    });
}

}  // namespace

void add_batch_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listBatchPayers", Access::staff, with(list_payers));
    routes.add("listBatches", Access::staff, with(list_batches));
    routes.add("uploadBatch", Access::staff, with(upload_batch),
               {.body_bytes = upload_bytes, .deadline_ms = upload_deadline_ms});
    routes.add("getBatch", Access::staff, with(get_batch));
    routes.add("listBatchLines", Access::staff, with(list_lines));
    routes.add("getBatchErrors", Access::staff, with(errors_file),
               {.deadline_ms = upload_deadline_ms});
    routes.add("getBatchResult", Access::staff, with(result_file),
               {.deadline_ms = upload_deadline_ms});
    routes.add("getBatchSample", Access::staff, with(sample_file));
    routes.add("submitBatch", Access::staff, with(submit_batch));
    routes.add("approveBatch", Access::staff, with(approve_batch));
    routes.add("refuseBatch", Access::staff, with(refuse_batch));
    routes.add("stopBatch", Access::staff, with(stop_batch));
    routes.add("resumeBatch", Access::staff, with(resume_batch));
}

}  // namespace api
