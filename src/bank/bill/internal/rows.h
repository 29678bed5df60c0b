// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/bill/bills.h>

namespace bank::bill::internal {

void insert(platform::sql::Transaction& transaction, const Inquiry& inquiry,
            std::string_view sealed_data);
void update(platform::sql::Transaction& transaction, const Inquiry& inquiry);
/// `data` is as it is stored: sealed.
std::optional<Inquiry> find(platform::sql::Snapshot& snapshot, InquiryId id);

void insert(platform::sql::Transaction& transaction, const Bill& bill, std::string_view biller,
            std::uint64_t content);
void update(platform::sql::Transaction& transaction, const Bill& bill);

struct BillRow {
    Bill bill;
    std::uint64_t content;
};
std::optional<BillRow> find(platform::sql::Snapshot& snapshot, BillId id);
/// Bills where `condition` (with its parameters) holds.
std::vector<Bill> select_with(platform::sql::Snapshot& snapshot, std::string_view condition,
                              std::span<const platform::sql::Parameter> parameters);
/// Whether a bill of the inquiry is paid or may still be.
bool is_taken(platform::sql::Snapshot& snapshot, InquiryId inquiry);

}  // namespace bank::bill::internal
