// SPDX-License-Identifier: Apache-2.0
#include <server/biller_desk.h>

#include <platform/log/log.h>

#include <charconv>

namespace server {

namespace biller = bank::biller;
namespace partner = bank::partner;
namespace sql = platform::sql;
using base::Result;
using platform::json::Object;

namespace {

constexpr int sheets_at_once = 50;
constexpr int worked_on_at_once = 20;
constexpr std::int64_t until_told_again_seconds = 60;
constexpr std::int64_t after_refusal_seconds = 15 * 60;

/// A question's correlation: "<sheet>.<round>.<part or page>".
struct Asked {
    biller::SheetId sheet;
    std::int64_t round;
    std::int64_t place;
};

std::string name_of(std::string_view kind, const biller::Sheet& sheet, std::int64_t place)
{
    return std::string{kind} + "." + to_string(sheet.id) + "." + std::to_string(sheet.round) + "." +
           std::to_string(place);
}

std::optional<Asked> read_name(std::string_view name)
{
    const auto first = name.find('.');
    const auto second = name.find('.', first + 1);
    const auto third = name.find('.', second + 1);
    if (third == std::string_view::npos) return std::nullopt;
    const auto sheet = base::parse_id<biller::SheetId>(name.substr(first + 1, second - first - 1));
    const auto number = [&](std::string_view text) {
        std::int64_t value = -1;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    if (!sheet) return std::nullopt;
    return Asked{sheet.value(), number(name.substr(second + 1, third - second - 1)),
                 number(name.substr(third + 1))};
}

/// The amounts of a list that cannot be read are an error of the whole list.
Result<std::vector<biller::Listed>> lines_of(const platform::json::Value& content)
{
    const auto* lines = content["lines"].array();
    const auto malformed =
        base::invalid("biller.list_malformed", "a line of the list cannot be read");
    if (lines == nullptr) return malformed;
    std::vector<biller::Listed> read;
    for (const auto& line : *lines) {
        auto text = line["amount"].text_or();
        const bool given = text.starts_with('-');  // By a wallet's provider to a customer.
        const auto amount = base::parse_money(given ? text.substr(1) : text, {"CNY", 2});
        if (!amount) return malformed;
        const auto units = amount.value().minor_units;
        read.push_back({std::string{line["payment"].text_or()}, given ? -units : units,
                        std::string{line["receipt"].text_or()}});
    }
    return read;
}

}  // namespace

BillerDesk::BillerDesk(Parts parts) : parts_(std::move(parts))
{
    parts_.partners.on_answer("daily-file", [this](auto& transaction, const auto& answer) {
        return file_answered(transaction, answer);
    });
    parts_.partners.on_answer("daily-list", [this](auto& transaction, const auto& answer) {
        return list_answered(transaction, answer);
    });
    parts_.outbox.subscribe({.name = "biller-days",
                             .types = {"end-of-day.closed"},
                             .act = [this](const bank::outbox::Event& event) -> Result<void> {
                                 const auto day = TRY(base::parse_date(event.subject));
                                 return parts_.book.write(
                                     [&](sql::Transaction& transaction) -> Result<void> {
                                         biller::close_day(transaction, day);
                                         return {};
                                     });
                             }});
}

void BillerDesk::tick()
{
    while (parts_.book.read(
        [](sql::Snapshot& snapshot) { return biller::has_days_to_open(snapshot); })) {
        const auto made = parts_.book.write([](sql::Transaction& transaction) -> Result<int> {
            return biller::open_sheets(transaction, sheets_at_once);
        });
        if (!made || made.value() == 0) break;
    }
    const auto now = parts_.book.clock().now();
    const auto waiting = parts_.book.read(
        [&](sql::Snapshot& snapshot) { return biller::waiting(snapshot, now, worked_on_at_once); });
    for (const auto& one : waiting) {
        if (one.state == biller::SheetState::making) {
            make_file(one);
        } else if (one.state == biller::SheetState::listed) {
            compare(one);
        } else {
            ask(one);
        }
    }
    pay_out(now);
}

void BillerDesk::pay_out(base::Instant now)
{
    const auto due = parts_.book.read([&](sql::Snapshot& snapshot) {
        return parts_.payouts.due(snapshot, now, worked_on_at_once);
    });
    for (const auto id : due) {
        const auto done = parts_.book.write(
            [&](sql::Transaction& transaction) { return parts_.payouts.work(transaction, id); });
        if (!done || !done.value().trouble.empty()) {
            platform::log::warning(
                "biller.not_paid_out",
                {{"institution", parts_.institution},
                 {"sheet", to_string(id)},
                 {"reason", done ? done.value().trouble : std::string{done.error().reason}}});
        }
    }
}

void BillerDesk::make_file(const biller::Sheet& sheet)
{
    const auto file = parts_.book.read([&](sql::Snapshot& snapshot) {
        return biller::make_file(snapshot, parts_.institution, sheet.biller, sheet.day);
    });
    (void)parts_.book
        .write([&](sql::Transaction& transaction) -> Result<void> {
            biller::file_made(transaction, sheet.id, file);
            return {};
        })
        .has_value();
}

void BillerDesk::compare(const biller::Sheet& sheet)
{
    const auto found = parts_.book.read(
        [&](sql::Snapshot& snapshot) { return biller::differences_of(snapshot, sheet); });
    const auto done = parts_.book.write([&](sql::Transaction& transaction) {
        return biller::compared(transaction, sheet.id, found);
    });
    if (done && done.value().open > 0) {
        platform::log::warning("biller.differs", {{"institution", parts_.institution},
                                                  {"biller", sheet.biller},
                                                  {"day", base::to_string(sheet.day)},
                                                  {"differences", done.value().open}});
    }
}

std::string BillerDesk::partner_of(const biller::Sheet& sheet) const
{
    const auto provider = biller::provider_in(sheet.biller);
    if (provider.empty()) return parts_.partner;
    const auto* bank = parts_.directory.find(provider);
    return bank == nullptr ? std::string{} : bank->wallet_partner;
}

void BillerDesk::ask(const biller::Sheet& sheet)
{
    const std::string partner = partner_of(sheet);
    if (partner.empty()) return;
    Object content{{"biller", sheet.biller}, {"day", base::to_string(sheet.day)}};
    std::string_view question = "daily-list";
    std::int64_t place = sheet.pages;
    if (sheet.state == biller::SheetState::made) {
        question = "daily-file";
        place = sheet.parts_delivered;
        const auto file = parts_.book.read([&](sql::Snapshot& snapshot) {
            return biller::make_file(snapshot, parts_.institution, sheet.biller, sheet.day);
        });
        const auto parts = biller::parts_of(file.text);
        if (place >= static_cast<std::int64_t>(parts.size())) return;
        content.set("part", place);
        content.set("parts", static_cast<std::int64_t>(parts.size()));
        content.set("digest", file.digest);
        content.set("text", parts[static_cast<std::size_t>(place)]);
    } else {
        content.set("page", place);
        content.set("after", sheet.next);
    }
    const auto sent = parts_.book.write([&](sql::Transaction& transaction) -> Result<void> {
        biller::asked(transaction, sheet.id);
        TRY(parts_.partners.ask(transaction, {partner, std::string{question},
                                              name_of(question, sheet, place), content}));
        return {};
    });
    if (!sent) {
        platform::log::warning("biller.not_asked",
                               {{"sheet", to_string(sheet.id)}, {"reason", sent.error().reason}});
    }
}

/// The biller's word on a part of its file. Silence: the same part is told again.
Result<void> BillerDesk::file_answered(sql::Transaction& transaction, const partner::Answer& answer)
{
    const auto asked = read_name(answer.correlation);
    if (!asked) return {};
    const auto sheet = TRY(biller::sheet(transaction, asked->sheet));
    if (sheet.round != asked->round || sheet.state != biller::SheetState::made) return {};
    if (answer.status == "received") {
        biller::part_delivered(transaction, asked->sheet, asked->place);
        return {};
    }
    const bool silence = answer.status == "timeout";
    const std::string_view reason = answer.content["reason"].text_or(answer.status);
    biller::troubled(transaction, asked->sheet, silence ? "partner.timeout" : reason,
                     base::after_seconds(transaction.now(), silence ? until_told_again_seconds
                                                                    : after_refusal_seconds),
                     !silence);
    return {};
}

Result<void> BillerDesk::list_answered(sql::Transaction& transaction, const partner::Answer& answer)
{
    const auto asked = read_name(answer.correlation);
    if (!asked) return {};
    const auto sheet = TRY(biller::sheet(transaction, asked->sheet));
    if (sheet.round != asked->round || sheet.state != biller::SheetState::delivered ||
        sheet.pages != asked->place) {
        return {};
    }
    const bool silence = answer.status == "timeout";
    std::string reason{silence ? "partner.timeout"
                               : answer.content["reason"].text_or(answer.status)};
    if (answer.status == "list") {
        const auto lines = lines_of(answer.content);
        if (lines) {
            const auto kept = biller::list_page(transaction, asked->sheet, asked->place,
                                                lines.value(), answer.content["next"].text_or());
            if (kept) return {};
            reason = kept.error().reason;
        } else {
            reason = lines.error().reason;
        }
    }
    biller::troubled(transaction, asked->sheet, reason,
                     base::after_seconds(transaction.now(), silence ? until_told_again_seconds
                                                                    : after_refusal_seconds),
                     !silence);
    return {};
}

}  // namespace server
