// SPDX-License-Identifier: Apache-2.0
// Bills that billers tell of, and taking payments of them.
#include <bank/biller/joined.h>

#include <bank/biller/internal/joined_rows.h>
#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>

#include <algorithm>

namespace bank::biller {

using base::conflict;
using base::not_found;
using base::Result;
using platform::sql::Parameter;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr base::Currency renminbi{"CNY", 2};
constexpr std::int64_t most = 1'000'000'00;
constexpr std::size_t longest_reference = 60;
constexpr std::size_t longest_payer = 60;
constexpr std::size_t tail_digits = 4;

bool are_digits(std::string_view text, std::size_t least, std::size_t longest)
{
    return text.size() >= least && text.size() <= longest &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_printed(std::string_view text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

bool is_period(std::string_view text)
{
    return text.empty() ||
           (text.size() == 7 && text[4] == '-' && are_digits(text.substr(0, 4), 4, 4) &&
            are_digits(text.substr(5), 2, 2) && text.substr(5) >= "01" && text.substr(5) <= "12");
}

/// Why a bill cannot be taken over; empty where it can.
std::string_view fault_of(const Pushed& bill)
{
    if (bill.reference.empty() || bill.reference.size() > longest_reference ||
        !is_printed(bill.reference)) {
        return "biller.bill_malformed";
    }
    if (bill.withdrawn) return {};
    if (!are_digits(bill.number, 6, 16) || bill.amount.minor_units <= 0 ||
        bill.amount.minor_units > most || bill.payer.size() > longest_payer ||
        !is_printed(bill.payer) || !is_period(bill.period)) {
        return "biller.bill_malformed";
    }
    // A name in full is nobody's business but the biller's.
    if (!bill.payer.empty() && bill.payer.find('*') == std::string::npos) {
        return "biller.payer_not_masked";
    }
    return {};
}

base::Error unknown_bill_of_biller()
{
    return not_found("biller.bill_unknown", "the biller has no such bill");
}

base::Error paid_bill()
{
    return conflict("biller.bill_paid", "this bill is paid");
}

}  // namespace

std::string_view to_string(BillKept state)
{
    constexpr std::string_view names[] = {"due", "paid", "withdrawn"};
    return names[static_cast<std::size_t>(state)];
}

std::string JoinedBillers::hash_of(const Joined& biller, std::string_view item,
                                   std::string_view number) const
{
    platform::crypto::Bytes message;
    for (const std::string_view part :
         {std::string_view{"biller-number"}, std::string_view{biller.code}, item, number}) {
        platform::crypto::append_framed(message, platform::crypto::as_bytes(part));
    }
    return platform::crypto::to_hex(parts_.key.code256(message));
}

std::vector<PushResult> JoinedBillers::push(Transaction& transaction, const Caller& caller,
                                            const std::vector<Pushed>& bills)
{
    const auto own = items(transaction, caller.biller.id);
    std::vector<PushResult> results;
    for (const Pushed& bill : bills) {
        auto& result = results.emplace_back(PushResult{bill.reference, "refused"});
        result.reason = fault_of(bill);
        if (!result.reason.empty()) continue;
        const Parameter parameters[] = {caller.biller.id, static_cast<int>(caller.mode),
                                        bill.reference};
        const auto had = internal::select_bills(
            transaction, "joined = ? and mode = ? and reference = ?", parameters);
        if (bill.withdrawn && had.empty()) {
            result.reason = "biller.bill_unknown";
            continue;
        }
        if (!had.empty() && had.front().own.state == BillKept::paid) {
            result.reason = "biller.bill_paid";
            continue;
        }
        if (bill.withdrawn) {
            transaction.execute("update biller_bill set state = 2 where id = ?",
                                static_cast<std::int64_t>(had.front().own.id));
            result.outcome = "withdrawn";
            continue;
        }
        if (std::none_of(own.begin(), own.end(),
                         [&](const OwnItem& item) { return item.code == bill.item; })) {
            result.reason = "biller.item_unknown";
            continue;
        }
        const std::string hash = hash_of(caller.biller, bill.item, bill.number);
        const std::string tail = bill.number.substr(bill.number.size() - tail_digits);
        if (had.empty()) {
            transaction.execute(
                "insert into biller_bill(id, joined, mode, item, number_hash, number_tail,"
                " reference, amount, payer, period, state, payment, pushed_at) values (?, ?, ?, ?,"
                " ?, ?, ?, ?, ?, ?, 0, 0, ?)",
                transaction.new_id<base::Id<struct OwnBillTag>>(), caller.biller.id,
                static_cast<int>(caller.mode), bill.item, hash, tail, bill.reference,
                bill.amount.minor_units, bill.payer, bill.period, transaction.now());
            result.outcome = "added";
            continue;
        }
        const auto& before = had.front();
        const bool same = before.own.state == BillKept::due && before.number_hash == hash &&
                          before.own.bill.item == bill.item &&
                          before.own.bill.amount.minor_units == bill.amount.minor_units &&
                          before.own.bill.payer == bill.payer &&
                          before.own.bill.period == bill.period;
        result.outcome = same ? "same" : "changed";
        if (same) continue;
        transaction.execute(
            "update biller_bill set item = ?, number_hash = ?, number_tail = ?, amount = ?,"
            " payer = ?, period = ?, state = 0 where id = ?",
            bill.item, hash, tail, bill.amount.minor_units, bill.payer, bill.period,
            static_cast<std::int64_t>(before.own.id));
    }
    return results;
}

std::vector<OwnBill> JoinedBillers::bills(Snapshot& snapshot, const Caller& caller,
                                          std::uint64_t after, int limit) const
{
    const Parameter parameters[] = {caller.biller.id, static_cast<int>(caller.mode),
                                    static_cast<std::int64_t>(after), limit};
    std::vector<OwnBill> found;
    for (auto& one : internal::select_bills(
             snapshot, "joined = ? and mode = ? and id > ? order by id limit ?", parameters)) {
        found.push_back(std::move(one.own));
    }
    return found;
}

Result<OwnBill> JoinedBillers::pay_test_bill(Transaction& transaction, const Caller& caller,
                                             std::string_view reference, base::Date day)
{
    if (caller.mode != Mode::test) {
        return conflict("biller.test_only", "only bills of the sandbox key are paid like this");
    }
    const Parameter parameters[] = {caller.biller.id, static_cast<int>(Mode::test), reference};
    auto found = internal::select_bills(transaction, "joined = ? and mode = ? and reference = ?",
                                        parameters);
    if (found.empty() || found.front().own.state == BillKept::withdrawn)
        return unknown_bill_of_biller();
    auto& own = found.front().own;
    if (own.state == BillKept::paid) return paid_bill();
    own.state = BillKept::paid;
    transaction.execute(
        "update biller_bill set state = 1, payment = ?, paid_on = ?, paid_at = ? where id = ?",
        transaction.new_id<bill::BillId>(), day, transaction.now(),
        static_cast<std::int64_t>(own.id));
    return own;
}

std::vector<bill::Paid> JoinedBillers::payments(Snapshot& snapshot, const Caller& caller,
                                                base::Date day, bill::BillId after, int limit) const
{
    if (caller.mode == Mode::live) {
        return bill::paid_on(snapshot, caller.biller.code, day, after, limit);
    }
    std::vector<bill::Paid> found;
    auto rows = snapshot.query(
        "select payment, item, reference, amount, paid_at from biller_bill where joined = ?"
        " and mode = 0 and state = 1 and paid_on = ? and payment > ? order by payment limit ?",
        caller.biller.id, day, after, limit);
    while (rows.next()) {
        const auto id = rows.id<bill::BillId>(0);
        found.push_back({.id = id,
                         .item = rows.string(1),
                         .reference = rows.string(2),
                         .biller_receipt = base::to_string(id),
                         .amount = {rows.integer(3), renminbi},
                         .at = rows.instant(4),
                         .day = day});
    }
    return found;
}

std::optional<Pushed> JoinedBillers::due(Snapshot& snapshot, const bill::Item& item,
                                         std::string_view number) const
{
    const auto biller = by_code(snapshot, item.biller);
    if (!biller || !biller->is_live()) return std::nullopt;
    const std::size_t begins = biller->code.size() + 2;
    const std::string own = item.code.substr(begins, item.code.find('.') - begins);
    const std::string hash = hash_of(*biller, own, number);
    const Parameter parameters[] = {biller->id, own, hash};
    auto found = internal::select_bills(snapshot,
                                        "joined = ? and mode = 1 and item = ? and number_hash = ?"
                                        " and state = 0 order by id limit 1",
                                        parameters);
    if (found.empty()) return std::nullopt;
    return found.front().own.bill;
}

Result<std::string> JoinedBillers::take(Transaction& transaction, const bill::Item& item,
                                        std::string_view reference, bill::BillId payment,
                                        base::Money amount, base::Date day)
{
    const auto biller = by_code(transaction, item.biller);
    if (!biller || !biller->is_live()) {
        return conflict("biller.not_live", "the bank has suspended this biller");
    }
    const Parameter parameters[] = {biller->id, reference};
    const auto found = internal::select_bills(
        transaction, "joined = ? and mode = 1 and reference = ?", parameters);
    if (found.empty() || found.front().own.state == BillKept::withdrawn)
        return unknown_bill_of_biller();
    const auto& own = found.front().own;
    if (own.state == BillKept::paid) return paid_bill();
    if (own.bill.amount.minor_units != amount.minor_units) {
        return conflict("biller.amount_changed", "the biller asks for another amount by now");
    }
    transaction.execute(
        "update biller_bill set state = 1, payment = ?, paid_on = ?, paid_at = ? where id = ?",
        payment, day, transaction.now(), static_cast<std::int64_t>(own.id));
    return base::id_text(own.id);
}

}  // namespace bank::biller
