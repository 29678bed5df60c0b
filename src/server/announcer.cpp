// SPDX-License-Identifier: Apache-2.0
#include <server/announcer.h>

#include <bank/clearing/incoming.h>
#include <bank/customer/mask.h>
#include <bank/customer/person.h>

namespace server {

namespace customer = bank::customer;
namespace message = bank::message;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;
using platform::json::Value;

namespace {

message::Template made_of(const bank::catalog::MessageTemplate& one)
{
    return {one.code, one.purpose, one.channels, one.text};
}

/// Which message of the bank's folder goes with an event.
std::string_view message_for(std::string_view event, std::string_view category = {})
{
    if (event == "clearing.settled" && category == "CCRD") return "payment.card-repaid";
    if (event == "payment.sent" || event == "payment.received" || event == "payment.wages")
        return event;
    if (event == "interest.posted") return "payment.interest";
    if (event == "fee.charged") return "payment.fee";
    if (event == "bill.paid") return "payment.bill-paid";
    if (event == "bill.failed") return "payment.bill-failed";
    if (event == "top-up.credited") return "payment.topped-up";
    if (event == "standing.retried") return "payment.order-retried";
    if (event == "standing.skipped") return "payment.order-skipped";
    if (event == "clearing.settled") return "payment.out-settled";
    if (event == "clearing.queued") return "payment.out-queued";
    if (event == "clearing.rejected") return "payment.out-rejected";
    if (event == "clearing.returned") return "payment.out-returned";
    if (event == "wallet.bound") return "payment.wallet-bound";
    if (event == "wallet.refused") return "payment.wallet-refused";
    if (event == "wallet.unbound") return "payment.wallet-unbound";
    if (event == "wallet.debited") return "payment.wallet-debited";
    if (event == "wallet.withdrawn") return "payment.wallet-withdrawn";
    if (event == "wallet.withdrawal-failed") return "payment.wallet-withdrawal-failed";
    if (event == "clearing.received") return "payment.came-in";
    return event == "top-up.failed" ? "payment.top-up-failed" : std::string_view{};
}

/// "11月21日 20:49", "21 November 20:49" would need month names; figures do in both languages.
std::string clock_time(base::Instant instant, int utc_offset_minutes)
{
    const base::Instant local{instant.micros +
                              std::int64_t{utc_offset_minutes} * 60 * base::micros_per_second};
    const std::string text = base::to_string(local);
    return text.substr(5, 5) + " " + text.substr(11, 5);
}

}  // namespace

Object Announcer::with_bank(Object values, std::string_view language) const
{
    values.set("bank", base::in_language(parts_.institution.short_name, language));
    values.set("service_phone", parts_.catalog.bank().facts.service_phone);
    return values;
}

Result<message::Template> Announcer::bank_message(std::string_view code) const
{
    const auto* found = parts_.catalog.bank().message(code);
    if (found == nullptr)
        return base::not_found("message.template_unknown", "the bank's folder has no such message");
    return made_of(*found);
}

std::string Announcer::phone_of(sql::Snapshot& snapshot, customer::CustomerId person) const
{
    auto phone = customer::read_field(snapshot, parts_.vault, person, customer::field::phone);
    return phone ? std::move(phone).value() : std::string{};
}

/// The customer's language, else the bank's first.
std::string Announcer::language_of(sql::Snapshot& snapshot, customer::CustomerId person) const
{
    auto language = customer::language_of(snapshot, person);
    return language.empty() ? parts_.catalog.bank().facts.locales.front() : std::move(language);
}

Result<Value> Announcer::send(const engine::process::OperationCall& call)
{
    const auto text = [&](std::string_view name) {
        const Value* value = call.arguments.find(name);
        return value == nullptr ? std::string_view{} : value->text_or();
    };
    const auto service = parts_.catalog.version(call.definition);
    if (service == nullptr)
        return base::not_found("message.template_unknown", "the service is not known any more");
    const auto found = service->messages.find(text("message"));
    if (found == service->messages.end()) {
        return base::not_found("message.template_unknown", "the service has no such message");
    }
    const auto to = text("to");
    const auto person =
        TRY(base::parse_id<customer::CustomerId>(to.empty() ? std::string_view{call.subject} : to));
    const std::string language = language_of(call.transaction, person);
    Object values;
    if (const Value* given = call.arguments.find("values");
        given != nullptr && given->object() != nullptr) {
        values = *given->object();
    }
    if (const auto reason = service->reasons.find(text("reason"));
        reason != service->reasons.end()) {
        values.set("reason_text", base::in_language(reason->second, language));
    } else {
        values.set("reason_text", "");
    }
    const auto id = TRY(
        parts_.messages.send(call.transaction, {.customer = person,
                                                .phone = phone_of(call.transaction, person),
                                                .language = language,
                                                .message = made_of(found->second),
                                                .values = with_bank(std::move(values), language),
                                                .once = call.key}));
    return Value{Object{{"message", to_string(id)}}};
}

Result<void> Announcer::send_to_phone(std::string_view phone, std::string_view code,
                                      const Object& values, std::string_view language)
{
    const auto found = TRY(bank_message(code));
    const message::Order order{.phone = std::string{phone},
                               .language = std::string{language},
                               .message = found,
                               .values = with_bank(values, language)};
    const auto sent = parts_.book.write(
        [&](sql::Transaction& transaction) { return parts_.messages.send(transaction, order); });
    if (!sent) return sent.error();
    return {};
}

Result<message::Order> Announcer::order_for(sql::Snapshot& snapshot,
                                            const bank::outbox::Event& event,
                                            const bank::account::Account& account,
                                            const Value& data) const
{
    const auto found = TRY(bank_message(message_for(event.type, data["category"].text_or())));
    const std::string language = language_of(snapshot, account.holder);
    const auto standing = TRY(parts_.accounts.ledger().account(snapshot, account.id));
    Object values{{"account_tail", account.number.substr(account.number.size() - 4)},
                  {"time", clock_time(event.time, 480)},
                  {"amount", data["amount"]},
                  {"balance", base::to_decimal(standing.balance())},
                  {"reason", parts_.catalog.bank().words_for(data["reason"].text_or(), language)}};
    if (const auto other = base::parse_id<bank::account::AccountId>(data["other"].text_or())) {
        const auto counterparty = TRY(parts_.accounts.account(snapshot, other.value()));
        const std::string name =
            customer::masked_name(parts_.people.name(snapshot, counterparty.holder));
        values.set("payee", name);
        // An employer is no private person: who is paid wages reads the whole name.
        values.set("payer", event.type == "payment.wages"
                                ? parts_.people.name(snapshot, counterparty.holder)
                                : name);
    }
    if (const auto* provider = parts_.directory.find(data["provider"].text_or()))
        values.set("wallet", base::in_language(provider->name, language));
    if (event.type.starts_with("clearing."))
        TRY(add_clearing_values(snapshot, event, language, values));
    return message::Order{.customer = account.holder,
                          .phone = phone_of(snapshot, account.holder),
                          .language = language,
                          .message = found,
                          .values = with_bank(std::move(values), language),
                          .once = to_string(event.id)};
}

/// Who is at the other end of a payment between banks, and which bank.
Result<void> Announcer::add_clearing_values(sql::Snapshot& snapshot,
                                            const bank::outbox::Event& event,
                                            std::string_view language, Object& values) const
{
    if (event.type == "clearing.received") {
        const auto entry = TRY(base::parse_id<bank::ledger::EntryId>(event.subject));
        values.set("payer", bank::clearing::Incoming::payer_of(snapshot, entry));
        return {};
    }
    const auto id = TRY(base::parse_id<bank::clearing::PaymentId>(event.subject));
    const auto payment = TRY(parts_.outgoing.payment(snapshot, id));
    const auto* bank = parts_.directory.find(payment.bank);
    values.set("payee", payment.masked_name);
    values.set("payee_tail", payment.masked_number.substr(payment.masked_number.size() - 4));
    values.set("payee_bank", bank == nullptr ? std::string_view{payment.bank}
                                             : base::in_language(bank->name, language));
    return {};
}

void Announcer::tell_pages(const bank::outbox::Event& event, customer::CustomerId holder) const
{
    const int book = parts_.institution.book;
    parts_.live.tell({api::Listener::Kind::customer, book, holder.value}, event.type,
                     event.subject);
    // Lines of a batch come by the thousand; the workbench follows the batch instead.
    if (event.type == "payment.wages") return;
    parts_.live.tell({api::Listener::Kind::staff, book, 0}, event.type, event.subject);
}

Result<bank::outbox::UnitOfWork> Announcer::announce_many(const bank::outbox::Event& event)
{
    const auto entry = TRY(base::parse_id<bank::ledger::EntryId>(event.subject));
    struct Told {
        customer::CustomerId holder;
        message::Order order;
    };
    auto all = std::make_shared<std::vector<Told>>();
    TRY(parts_.book.read([&](sql::Snapshot& snapshot) -> Result<void> {
        const auto row = parts_.accounts.ledger().entry(snapshot, entry);
        if (!row) return row.error();
        for (const auto& leg : row.value().legs) {
            const auto account = parts_.accounts.account(snapshot, leg.account);
            if (!account) continue;  // The bank's own.
            const Value data{
                Object{{"amount", base::to_decimal({leg.posted, account.value().unit})}}};
            auto order = order_for(snapshot, event, account.value(), data);
            if (!order) return order.error();
            auto& told = all->emplace_back(Told{account.value().holder, std::move(order).value()});
            told.order.once += "/" + to_string(leg.account);
            told.order.values.set("balance", base::to_decimal({leg.counters.credits_posted -
                                                                   leg.counters.debits_posted,
                                                               account.value().unit}));
        }
        return {};
    }));
    return bank::outbox::UnitOfWork{
        [this, event, all](sql::Transaction& transaction) -> Result<void> {
            for (const Told& told : *all) {
                const auto sent = parts_.messages.send(transaction, told.order);
                if (!sent && sent.error().reason != "message.no_phone") return sent.error();
            }
            transaction.after_commit([this, event, all] {
                for (const Told& told : *all) tell_pages(event, told.holder);
            });
            return {};
        }};
}

/// A voucher belongs to a person, not to an account.
Result<bank::outbox::UnitOfWork> Announcer::announce_voucher(const bank::outbox::Event& event)
{
    const auto data = TRY(platform::json::parse(event.data));
    const auto holder = TRY(base::parse_id<customer::CustomerId>(data["customer"].text_or()));
    const auto found = TRY(bank_message("payment.voucher-granted"));
    const auto order = parts_.book.read([&](sql::Snapshot& snapshot) {
        const std::string language = language_of(snapshot, holder);
        const Value& name = data["name"];
        const std::string_view said = name[language].text_or(name["zh"].text_or());
        return message::Order{
            .customer = holder,
            .phone = phone_of(snapshot, holder),
            .language = language,
            .message = found,
            .values = with_bank({{"campaign", said},
                                 {"value", data["value"]},
                                 {"use_until", data["use_until"].text_or().substr(0, 10)}},
                                language),
            .once = to_string(event.id)};
    });
    return bank::outbox::UnitOfWork{
        [this, event, holder, order](sql::Transaction& transaction) -> Result<void> {
            const auto sent = parts_.messages.send(transaction, order);
            if (!sent && sent.error().reason != "message.no_phone") return sent.error();
            transaction.after_commit([this, event, holder] { tell_pages(event, holder); });
            return {};
        }};
}

Result<bank::outbox::UnitOfWork> Announcer::announce(const bank::outbox::Event& event)
{
    if (event.type.starts_with("end-of-day.")) {
        parts_.live.tell({api::Listener::Kind::staff, parts_.institution.book, 0}, event.type,
                         event.subject);
        return bank::outbox::UnitOfWork{};
    }
    if (event.type == "interest.posted" || event.type == "fee.charged") return announce_many(event);
    if (event.type == "voucher.granted") return announce_voucher(event);
    const auto data = TRY(platform::json::parse(event.data));
    // What the bank itself pays concerns no customer: the workbench is told.
    if (event.type.starts_with("clearing.") && data["account"].is_null()) {
        parts_.live.tell({api::Listener::Kind::staff, parts_.institution.book, 0}, event.type,
                         event.subject);
        return bank::outbox::UnitOfWork{};
    }
    const auto id = TRY(base::parse_id<bank::account::AccountId>(data["account"].text_or()));
    return parts_.book.read([&](sql::Snapshot& snapshot) -> Result<bank::outbox::UnitOfWork> {
        const auto account = TRY(parts_.accounts.account(snapshot, id));
        std::optional<message::Order> order;
        if (!message_for(event.type).empty()) {
            order = TRY(order_for(snapshot, event, account, data));
        }
        return bank::outbox::UnitOfWork{[this, event, holder = account.holder,
                                         order](sql::Transaction& transaction) -> Result<void> {
            if (order) {
                const auto sent = parts_.messages.send(transaction, *order);
                // Without a phone there is nobody to tell; the page shows it all the same.
                if (!sent && sent.error().reason != "message.no_phone") return sent.error();
            }
            transaction.after_commit([this, event, holder] { tell_pages(event, holder); });
            return {};
        }};
    });
}

Result<Value> Announcer::messages_of(customer::CustomerId person, std::string_view cursor,
                                     int limit)
{
    message::MessageId before;
    if (!cursor.empty()) before = TRY(base::parse_id<message::MessageId>(cursor));
    const auto shown = parts_.book.read([&](sql::Snapshot& snapshot) {
        return parts_.messages.of_customer(snapshot, person, before, limit);
    });
    Array items;
    for (const auto& one : shown) {
        items.push_back(Object{{"id", to_string(one.id)},
                               {"at", base::to_string(one.at)},
                               {"channel", one.channel},
                               {"text", one.text},
                               {"state", message::to_string(one.state)}});
    }
    Object page{{"items", std::move(items)}};
    if (static_cast<int>(shown.size()) == limit)
        page.set("next_cursor", to_string(shown.back().id));
    return Value{std::move(page)};
}

}  // namespace server
