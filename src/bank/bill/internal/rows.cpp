// SPDX-License-Identifier: Apache-2.0
#include <bank/bill/internal/rows.h>

namespace bank::bill::internal {

using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view bill_columns =
    "select id, inquiry, person, item, from_account, from_number, amount, discount, voucher, state,"
    " hold, reason, biller_receipt, purpose, requested_at, ended_at, content, asked_on, paid_on"
    " from bill_payment"
    " where ";
constexpr base::Currency cny{"CNY", 2};

platform::sql::Bytes bytes_of(std::string_view text)
{
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

BillRow row_of(const platform::sql::Cursor& row)
{
    const auto purpose = row.blob(13);
    Bill bill{.id = row.id<BillId>(0),
              .inquiry = row.id<InquiryId>(1),
              .person = row.id<CustomerId>(2),
              .item = row.string(3),
              .from = row.id<ledger::AccountId>(4),
              .from_number = row.string(5),
              .amount = {row.integer(6), cny},
              .discount = {row.integer(7), cny},
              .voucher = row.id<voucher::VoucherId>(8),
              .state = static_cast<BillState>(row.integer(9)),
              .reason = row.string(11),
              .biller_receipt = row.string(12),
              .requested_at = row.instant(14),
              .asked_on = row.date(17),
              .hold = row.id<ledger::EntryId>(10),
              .sealed_purpose = {reinterpret_cast<const char*>(purpose.data()), purpose.size()}};
    if (!row.is_null(15)) bill.ended_at = row.instant(15);
    if (!row.is_null(18)) bill.paid_on = row.date(18);
    return {std::move(bill), static_cast<std::uint64_t>(row.integer(16))};
}

}  // namespace

void insert(Transaction& transaction, const Inquiry& inquiry, std::string_view sealed_data)
{
    transaction.execute(
        "insert into bill_inquiry(id, person, item, state, data, sealed, amount, reference, payer,"
        " period, asked_at) values (?, ?, ?, ?, '', ?, 0, '', '', '', ?)",
        inquiry.id, inquiry.person, inquiry.item, static_cast<int>(inquiry.state),
        bytes_of(sealed_data), inquiry.asked_at);
}

void update(Transaction& transaction, const Inquiry& inquiry)
{
    transaction.execute(
        "update bill_inquiry set state = ?, amount = ?, reference = ?, payer = ?, period = ?"
        " where id = ?",
        static_cast<int>(inquiry.state), inquiry.amount.minor_units, inquiry.reference,
        inquiry.payer, inquiry.period, inquiry.id);
}

std::optional<Inquiry> find(Snapshot& snapshot, InquiryId id)
{
    auto row = snapshot.query(
        "select person, item, state, data, amount, reference, payer, period, asked_at, sealed"
        " from bill_inquiry where id = ?",
        id);
    if (!row.next()) return std::nullopt;
    const auto sealed = row.blob(9);
    return Inquiry{
        .id = id,
        .person = row.id<CustomerId>(0),
        .item = row.string(1),
        .state = static_cast<InquiryState>(row.integer(2)),
        // Before migration 2 it stood in the text column, as only SQLite allows.
        .data = row.is_null(9)
                    ? row.string(3)
                    : std::string{reinterpret_cast<const char*>(sealed.data()), sealed.size()},
        .amount = {row.integer(4), cny},
        .reference = row.string(5),
        .payer = row.string(6),
        .period = row.string(7),
        .asked_at = row.instant(8)};
}

void insert(Transaction& transaction, const Bill& bill, std::string_view biller,
            std::uint64_t content)
{
    transaction.execute(
        "insert into bill_payment(id, inquiry, person, item, biller, from_account, from_number,"
        " amount, discount, voucher, state, hold, content, reason, biller_receipt, purpose,"
        " requested_at, touched_at, asked_on) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', "
        "'',"
        " ?, ?, ?, ?)",
        bill.id, bill.inquiry, bill.person, bill.item, biller, bill.from, bill.from_number,
        bill.amount.minor_units, bill.discount.minor_units, bill.voucher,
        static_cast<int>(bill.state), bill.hold, static_cast<std::int64_t>(content),
        bytes_of(bill.sealed_purpose), bill.requested_at, bill.requested_at, bill.asked_on);
}

void update(Transaction& transaction, const Bill& bill)
{
    transaction.execute(
        "update bill_payment set state = ?, reason = ?, biller_receipt = ?, touched_at = ?,"
        " ended_at = ?, paid_on = ? where id = ?",
        static_cast<int>(bill.state), bill.reason, bill.biller_receipt, transaction.now(),
        bill.ended_at, bill.paid_on, bill.id);
}

std::optional<BillRow> find(Snapshot& snapshot, BillId id)
{
    auto row = snapshot.query(std::string{bill_columns} + "id = ?", id);
    if (!row.next()) return std::nullopt;
    return row_of(row);
}

std::vector<Bill> select_with(Snapshot& snapshot, std::string_view condition,
                              std::span<const platform::sql::Parameter> parameters)
{
    std::vector<Bill> bills;
    auto rows = snapshot.query_with(std::string{bill_columns} + std::string{condition}, parameters);
    while (rows.next()) bills.push_back(row_of(rows).bill);
    return bills;
}

bool is_taken(Snapshot& snapshot, InquiryId inquiry)
{
    auto row = snapshot.query("select id from bill_payment where inquiry = ? and state <> ?",
                              inquiry, static_cast<int>(BillState::failed));
    return row.next();
}

}  // namespace bank::bill::internal
