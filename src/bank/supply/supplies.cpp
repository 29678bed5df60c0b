// SPDX-License-Identifier: Apache-2.0
#include <bank/supply/supplies.h>

#include <bank/ledger/own_accounts.h>
#include <bank/ledger/units.h>
#include <base/text.h>

#include <map>

namespace bank::supply {

using base::Result;
using ledger::AccountId;
using ledger::Flag;
using ledger::Ledger;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view prefix = "supply/";
constexpr std::int64_t hold_seconds = std::int64_t{30} * 86'400;

struct Accounts {
    base::Currency unit;
    AccountId stock;
    AccountId given;
    AccountId source;
};

/// Whether a shelf may be made where there is none.
enum class Missing : std::uint8_t { refuse, make };

Result<Accounts> accounts_of(Transaction& transaction, Ledger& books, std::string_view goods,
                             Missing missing)
{
    const std::string code = std::string{prefix} + std::string{goods};
    const auto unknown = [] {
        return base::invalid("supply.goods_unknown", "there are no such goods");
    };
    if (goods.empty() || !ledger::check_unit({code, 0})) return unknown();
    // A name is interned for ever: only those that somebody put into the stock are, however many
    // others are asked for.
    if (missing == Missing::refuse && ledger::own_accounts(transaction, code + "/stock").empty()) {
        return unknown();
    }
    const base::Currency unit{base::intern(code), 0};
    const auto own = [&](std::string_view part, Flag flags) {
        return books.own_account(transaction, code + "/" + std::string{part}, unit, flags);
    };
    Accounts shelf{.unit = unit, .stock = {}, .given = {}, .source = {}};
    shelf.stock = TRY(own("stock", Flag::debits_must_not_exceed_credits));
    shelf.given = TRY(own("given", Flag::debits_must_not_exceed_credits));
    shelf.source = TRY(own("source", Flag::credits_must_not_exceed_debits));
    return shelf;
}

ledger::ClientId client(std::string_view act, std::string_view key)
{
    return ledger::client_id({act, key});
}

/// Pieces come to the stock, under that id and content.
Result<ledger::Posted> come(Transaction& transaction, Ledger& books, std::string_view goods,
                            std::int64_t pieces, ledger::ClientId id, std::uint64_t content,
                            base::Date effective)
{
    const Accounts shelf = TRY(accounts_of(transaction, books, goods, Missing::make));
    const base::Money sum{pieces, shelf.unit};
    const ledger::Leg legs[] = {{shelf.source, ledger::Side::debit, sum},
                                {shelf.stock, ledger::Side::credit, sum}};
    return books.post(transaction, {.client = id,
                                    .content = content,
                                    .kind = "supply-in",
                                    .effective = effective,
                                    .legs = legs});
}

}  // namespace

Result<void> put_in(Transaction& transaction, Ledger& books, std::string_view goods,
                    std::int64_t pieces, std::string_view key, base::Date effective)
{
    TRY(come(transaction, books, goods, pieces, client("supply.put-in", key), 0, effective));
    return {};
}

Result<bool> receive(Transaction& transaction, Ledger& books, std::string_view goods,
                     std::int64_t pieces, std::string_view key, base::Date effective)
{
    const auto content = ledger::content_of({goods, std::to_string(pieces)});
    const auto posted = TRY(
        come(transaction, books, goods, pieces, client("supply.receive", key), content, effective));
    return !posted.repeated;
}

Result<ledger::EntryId> promise(Transaction& transaction, Ledger& books, std::string_view goods,
                                std::int64_t pieces, std::string_view key, base::Date effective)
{
    const Accounts shelf = TRY(accounts_of(transaction, books, goods, Missing::refuse));
    const base::Money sum{pieces, shelf.unit};
    const ledger::Leg legs[] = {{shelf.stock, ledger::Side::debit, sum},
                                {shelf.given, ledger::Side::credit, sum}};
    const auto held = books.reserve(transaction,
                                    {.client = client("supply.promise", key),
                                     .kind = "supply-promise",
                                     .effective = effective,
                                     .legs = legs},
                                    base::after_seconds(transaction.now(), hold_seconds));
    if (held) return held.value().id;
    if (held.error().reason == "ledger.debits_exceed_credits") {
        return base::rejected("supply.not_enough", "there is not so much left");
    }
    return held.error();
}

Result<void> give(Transaction& transaction, Ledger& books, ledger::EntryId hold,
                  std::string_view key, base::Date effective)
{
    TRY(books.capture(
        transaction, {.client = client("supply.give", key), .effective = effective, .hold = hold}));
    return {};
}

Result<void> let_go(Transaction& transaction, Ledger& books, ledger::EntryId hold,
                    std::string_view key, base::Date effective)
{
    TRY(books.release(
        transaction,
        {.client = client("supply.let-go", key), .effective = effective, .hold = hold}));
    return {};
}

Result<void> take_back(Transaction& transaction, Ledger& books, std::string_view goods,
                       std::int64_t pieces, std::string_view key, base::Date effective)
{
    const Accounts shelf = TRY(accounts_of(transaction, books, goods, Missing::refuse));
    const base::Money sum{pieces, shelf.unit};
    const ledger::Leg legs[] = {{shelf.given, ledger::Side::debit, sum},
                                {shelf.stock, ledger::Side::credit, sum}};
    const auto posted = books.post(transaction, {.client = client("supply.take-back", key),
                                                 .kind = "supply-back",
                                                 .effective = effective,
                                                 .legs = legs});
    if (posted) return {};
    if (posted.error().reason == "ledger.debits_exceed_credits") {
        return base::rejected("supply.not_given", "not so many are out");
    }
    return posted.error();
}

std::vector<Shelf> shelves(Snapshot& snapshot, Ledger& books)
{
    std::map<std::string, Stock> found;
    for (const auto& own : ledger::own_accounts(snapshot, prefix)) {
        const auto part = own.code.rfind('/');
        Stock& stock = found[own.code.substr(prefix.size(), part - prefix.size())];
        const auto account = books.account(snapshot, own.id);
        base::ensure(account.has_value());
        if (own.code.ends_with("/stock")) {
            stock.there = account.value().available().minor_units;
            stock.promised = account.value().counters.debits_pending;
        }
        if (own.code.ends_with("/given")) stock.given = account.value().balance().minor_units;
    }
    std::vector<Shelf> all;
    for (auto& [goods, stock] : found) all.push_back({goods, stock});
    return all;
}

Result<Stock> stock(Transaction& transaction, Ledger& books, std::string_view goods)
{
    const Accounts shelf = TRY(accounts_of(transaction, books, goods, Missing::refuse));
    const auto on_shelf = TRY(books.account(transaction, shelf.stock));
    const auto out = TRY(books.account(transaction, shelf.given));
    return Stock{.there = on_shelf.available().minor_units,
                 .promised = on_shelf.counters.debits_pending,
                 .given = out.balance().minor_units};
}

}  // namespace bank::supply
