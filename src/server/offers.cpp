// SPDX-License-Identifier: Apache-2.0
#include <server/offers.h>

#include <bank/account/number.h>
#include <bank/card/cards.h>
#include <bank/customer/person.h>
#include <bank/letter/letters.h>

#include <array>

namespace server {

namespace account = bank::account;
namespace card = bank::card;
namespace json = platform::json;
using json::Array;
using json::Object;
using json::Value;

namespace {

constexpr std::int64_t most_days = 60;

Value option(std::string value, const std::string& zh, const std::string& en)
{
    return Object{{"value", Value{std::move(value)}}, {"label", Object{{"zh", zh}, {"en", en}}}};
}

/// Whether a service that offers `which` accounts offers this one: "dormant", "below-class-1", or
/// all that are open to the customer.
bool is_offered(const account::Account& one, std::string_view which)
{
    if (which == "dormant") return one.state == account::State::dormant;
    if (which == "below-class-1") {
        return one.state == account::State::open && one.account_class != account::Class::one;
    }
    return one.state != account::State::closed;
}

Array accounts_of(platform::sql::Snapshot& snapshot, const OperationParts& parts,
                  bank::customer::CustomerId holder, std::string_view offer)
{
    constexpr std::array<std::string_view, 4> classes{"", "Ⅰ", "Ⅱ", "Ⅲ"};
    Array options;
    for (const auto& one : parts.accounts.of_holder(snapshot, holder)) {
        if (!is_offered(one, offer)) continue;
        const std::string number = account::masked_number(one.number);
        const std::string which{classes[static_cast<std::size_t>(one.account_class)]};
        options.push_back(
            option(to_string(one.id), which + "类账户 " + number, "Class " + which + " " + number));
    }
    return options;
}

Array cards_of(platform::sql::Snapshot& snapshot, bank::customer::CustomerId holder)
{
    Array options;
    for (const auto& one : card::of_holder(snapshot, holder)) {
        if (one.state == card::State::revoked || one.state == card::State::ordered) continue;
        const bool lost = one.state == card::State::lost;
        const std::string number = account::masked_number(one.number);
        options.push_back(option(to_string(one.id), "借记卡 " + number + (lost ? "（已挂失）" : ""),
                                 "Debit card " + number + (lost ? " (reported lost)" : "")));
    }
    return options;
}

/// Confirmation letters that wait for the consent of somebody who may speak for the company.
Array letters_of(platform::sql::Snapshot& snapshot, const OperationParts& parts,
                 bank::customer::CustomerId holder)
{
    namespace letter = bank::letter;
    Array options;
    for (const auto& one : letter::open_for(snapshot, holder)) {
        const auto name = bank::customer::read_field(snapshot, parts.vault, one.company,
                                                     bank::customer::field::name);
        const std::string company = name ? name.value() : "";
        const std::string day = base::to_string(one.as_of);
        options.push_back(option(to_string(one.id),
                                 company + " · " + one.number + "（截至" + day + "）",
                                 company + " · " + one.number + " (as of " + day + ")"));
    }
    return options;
}

Array days_ahead(const OperationParts& parts, base::Instant now, std::int64_t ahead)
{
    constexpr std::array weekdays_zh{"周一", "周二", "周三", "周四", "周五", "周六", "周日"};
    constexpr std::array weekdays_en{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const auto& calendar = parts.institution.business_calendar;
    Array options;
    base::Date day = calendar.local_date(now);
    for (std::int64_t i = 0; i < ahead; ++i) {
        ++day.days;
        if (!calendar.is_business_day(day)) continue;
        const std::string text = base::to_string(day);
        // 1970-01-01 was a Thursday.
        const auto weekday = static_cast<std::size_t>((day.days + 3) % 7);
        options.push_back(
            option(text, text + " " + weekdays_zh[weekday], text + " " + weekdays_en[weekday]));
    }
    return options;
}

Array pictures_of(platform::sql::Snapshot& snapshot, const OperationParts& parts,
                  bank::counter::CaseId id)
{
    Array options;
    for (const auto& piece : parts.evidence.of_case(snapshot, id.value)) {
        if (piece.kind == "picture") options.push_back(Object{{"value", to_string(piece.id)}});
    }
    return options;
}

}  // namespace

Array offered(platform::sql::Snapshot& snapshot, const OperationParts& parts,
              bank::counter::CaseId id, std::string_view source, std::string_view applicant,
              const Value& settings)
{
    if (source == "pictures") return pictures_of(snapshot, parts, id);
    const auto holder = base::parse_id<bank::customer::CustomerId>(applicant);
    if (!holder) return {};
    if (source == "accounts")
        return accounts_of(snapshot, parts, holder.value(), settings["accounts"].text_or());
    if (source == "cards") return cards_of(snapshot, holder.value());
    if (source == "letters") return letters_of(snapshot, parts, holder.value());
    if (source != "days") return {};
    return days_ahead(parts, parts.house.clock().now(),
                      std::min(most_days, settings["days_ahead"].integer_or(14)));
}

}  // namespace server
