// SPDX-License-Identifier: Apache-2.0
#include <bank/payee/book.h>

#include <bank/account/number.h>
#include <bank/audit/trail.h>
#include <bank/clearing/number.h>
#include <platform/json/value.h>
#include <platform/pinyin/pinyin.h>

#include <algorithm>

namespace bank::payee {

using base::Result;
using platform::json::Object;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr platform::sql::Migration steps[] = {{"payee", 1, R"sql(
create table payee(
  id bigint primary key,
  owner bigint not null,
  mark bigint not null,
  favourite smallint not null,
  sealed bytea not null,
  added_at bigint not null);
create unique index payee_owner on payee(owner, mark);
)sql"}};

std::size_t characters_of(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned>(c) & 0xC0U) != 0x80;
    }));
}

Result<void> check_length(std::string_view text)
{
    if (characters_of(text) <= longest_name) return {};
    return base::invalid("payee.text_too_long", "a name or nickname has 60 characters at most");
}

/// So little of the hash that it does not give an address away, and enough to keep it unique
/// within one book of addresses.
std::int64_t mark_of(const platform::crypto::Hmac& key, CustomerId owner, const Payee& payee)
{
    platform::crypto::Bytes message;
    std::vector<std::string> parts{"payee", base::to_string(owner), payee.address.account_number,
                                   payee.address.phone};
    if (!payee.bank.empty()) parts.push_back(payee.bank);
    for (const std::string& part : parts) {
        platform::crypto::append_framed(message, platform::crypto::as_bytes(part));
    }
    const auto digest = key.code256(message);
    std::int64_t mark = 0;
    for (std::size_t i = 0; i < 4; ++i) mark = mark << 8 | digest[i];
    return mark;
}

void add_search_words(Payee& payee)
{
    payee.pinyin = platform::pinyin::of_name(payee.name + " " + payee.nickname);
    payee.initials = platform::pinyin::initials(payee.pinyin);
}

std::optional<Payee> opened(payment::People& people, Snapshot& snapshot, CustomerId owner,
                            PayeeId id, bool favourite, const std::string& sealed)
{
    const auto content = platform::json::parse(people.unseal(snapshot, owner, sealed));
    if (!content || content.value().object() == nullptr) return std::nullopt;
    const auto& value = content.value();
    const auto text = [&](std::string_view name) { return std::string{value[name].text_or()}; };
    Payee payee{.id = id,
                .name = text("name"),
                .name_checked = value["name_checked"].boolean_or(false),
                .nickname = text("nickname"),
                .address = {text("account_number"), text("phone")},
                .favourite = favourite,
                .pinyin = {},
                .initials = {},
                .bank = text("bank")};
    add_search_words(payee);
    return payee;
}

std::string bytes_of(platform::sql::Bytes bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

auto unknown_payee()
{
    return base::not_found("payee.unknown", "there is no such payee in your book");
}

base::Error name_differs()
{
    return base::rejected("payee.name_differs", "the account is held under another name");
}

void audit_change(Transaction& transaction, CustomerId owner, std::string_view action, PayeeId id)
{
    audit::append(transaction, {.actor = {audit::ActorKind::customer, owner.value},
                                .action = action,
                                .object = {"payee", id.value},
                                .reason = {},
                                .details = {}});
}

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return steps;
}

std::string Book::seal(CustomerId owner, const Payee& payee)
{
    return parts_.people.seal(
        owner, platform::json::serialise(Object{{"name", payee.name},
                                                {"name_checked", payee.name_checked},
                                                {"nickname", payee.nickname},
                                                {"account_number", payee.address.account_number},
                                                {"phone", payee.address.phone},
                                                {"bank", payee.bank}}));
}

std::vector<Payee> Book::list(Snapshot& snapshot, CustomerId owner)
{
    struct Row {
        PayeeId id;
        bool favourite;
        std::string sealed;
    };
    std::vector<Row> read;
    auto rows = snapshot.query("select id, favourite, sealed from payee where owner = ?", owner);
    while (rows.next())
        read.push_back({rows.id<PayeeId>(0), rows.boolean(1), bytes_of(rows.blob(2))});
    std::vector<Payee> payees;
    for (const Row& row : read) {
        if (auto one = opened(parts_.people, snapshot, owner, row.id, row.favourite, row.sealed))
            payees.push_back(std::move(*one));
    }
    std::sort(payees.begin(), payees.end(), [](const Payee& a, const Payee& b) {
        return std::tie(b.favourite, a.pinyin, a.id) < std::tie(a.favourite, b.pinyin, b.id);
    });
    return payees;
}

Result<Payee> Book::here(CustomerId owner, const NewPayee& wish)
{
    payment::PayeeAddress address = wish.address;
    if (!address.account_number.empty())
        address.account_number = TRY(account::read_number(address.account_number));
    return parts_.book.read([&](Snapshot& snapshot) -> Result<Payee> {
        const auto found = TRY(parts_.transfers.look_up(snapshot, address));
        if (found.holder == owner)
            return base::rejected("payee.oneself", "one's own accounts need no entry");
        if (!wish.name.empty() &&
            risk::comparable_name(wish.name) !=
                risk::comparable_name(parts_.people.name(snapshot, found.holder))) {
            return name_differs();
        }
        return Payee{.id = PayeeId{parts_.book.next_id()},
                     .name = wish.name.empty() ? found.masked_name : wish.name,
                     .name_checked = !wish.name.empty(),
                     .nickname = wish.nickname,
                     .address = address,
                     .favourite = wish.favourite,
                     .pinyin = {},
                     .initials = {}};
    });
}

Result<Payee> Book::elsewhere(const NewPayee& wish) const
{
    const auto* bank = parts_.directory.find(wish.bank);
    if (bank == nullptr)
        return base::not_found("clearing.bank_unknown", "the bank is not in the list");
    const auto number = clearing::read_number(wish.address.account_number);
    if (!number) return number.error();
    if (wish.name.empty()) {
        return base::invalid("clearing.name_missing",
                             "another bank needs the holder's name in full");
    }
    if (wish.same_name_there && !*wish.same_name_there) return name_differs();
    return Payee{.id = PayeeId{parts_.book.next_id()},
                 .name = wish.name,
                 .name_checked = wish.same_name_there.has_value(),
                 .nickname = wish.nickname,
                 .address = {number.value(), {}},
                 .favourite = wish.favourite,
                 .pinyin = {},
                 .initials = {},
                 .bank = bank->code};
}

Result<bool> Book::held_under(const payment::PayeeAddress& address, std::string_view name)
{
    return parts_.book.read([&](Snapshot& snapshot) -> Result<bool> {
        const auto found = TRY(parts_.transfers.look_up(snapshot, address));
        return risk::comparable_name(name) ==
               risk::comparable_name(parts_.people.name(snapshot, found.holder));
    });
}

Result<Payee> Book::add(CustomerId owner, const NewPayee& wish)
{
    TRY(check_length(wish.name));
    TRY(check_length(wish.nickname));
    const bool outside = !wish.bank.empty() && wish.bank != parts_.own_code;
    Payee payee = TRY(outside ? elsewhere(wish) : here(owner, wish));
    add_search_words(payee);
    const std::string sealed = seal(owner, payee);
    const std::int64_t mark = mark_of(parts_.key, owner, payee);
    TRY(parts_.book.write([&](Transaction& transaction) -> Result<void> {
        auto same =
            transaction.query("select id from payee where owner = ? and mark = ?", owner, mark);
        if (same.next()) {
            return base::conflict("payee.known", "this payee is in your book already");
        }
        auto count = transaction.query("select count(*) from payee where owner = ?", owner);
        if (count.next() && count.integer(0) >= most_payees) {
            return base::rejected("payee.too_many", "a book holds 500 payees; remove some first");
        }
        transaction.execute(
            "insert into payee(id, owner, mark, favourite, sealed, added_at) values (?, ?, ?, ?, "
            "?, ?)",
            payee.id, owner, mark, payee.favourite, std::as_bytes(std::span{sealed}),
            transaction.now());
        audit_change(transaction, owner, "payee.add", payee.id);
        return {};
    }));
    return payee;
}

Result<Payee> Book::find(Snapshot& snapshot, CustomerId owner, PayeeId id)
{
    auto rows =
        snapshot.query("select favourite, sealed from payee where id = ? and owner = ?", id, owner);
    if (!rows.next()) return unknown_payee();
    auto payee =
        opened(parts_.people, snapshot, owner, id, rows.boolean(0), bytes_of(rows.blob(1)));
    if (!payee) return unknown_payee();
    return std::move(*payee);
}

Result<Payee> Book::change(CustomerId owner, PayeeId id, const Change& change)
{
    if (change.nickname) TRY(check_length(*change.nickname));
    auto found = parts_.book.read([&](Snapshot& snapshot) { return find(snapshot, owner, id); });
    Payee payee = TRY(std::move(found));
    if (change.nickname) payee.nickname = *change.nickname;
    if (change.favourite) payee.favourite = *change.favourite;
    add_search_words(payee);
    const std::string sealed = seal(owner, payee);
    TRY(parts_.book.write([&](Transaction& transaction) -> Result<void> {
        if (transaction.execute("update payee set favourite = ?, sealed = ? where id = ? and owner "
                                "= ?",
                                payee.favourite, std::as_bytes(std::span{sealed}), id,
                                owner) == 0) {
            return unknown_payee();
        }
        audit_change(transaction, owner, "payee.change", id);
        return {};
    }));
    return payee;
}

Result<void> Book::remove(CustomerId owner, PayeeId id)
{
    return parts_.book.write([&](Transaction& transaction) -> Result<void> {
        if (transaction.execute("delete from payee where id = ? and owner = ?", id, owner) == 0)
            return unknown_payee();
        audit_change(transaction, owner, "payee.remove", id);
        return {};
    });
}

}  // namespace bank::payee
