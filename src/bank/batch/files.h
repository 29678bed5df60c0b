// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/batch/batches.h>

#include <functional>
#include <string>

namespace bank::batch {

/// What a reason says to people.
using Words = std::function<std::string(std::string_view reason, std::string_view language)>;

/// The refused lines with what is wrong, as CSV for programs for tables: UTF-8 with its mark, each
/// field quoted, and an apostrophe before what such a program would take for a formula.
std::string errors_csv(platform::sql::Snapshot& snapshot, Batches& batches, const Batch& batch,
                       std::string_view language, const Words& words);

/// Every line and what became of it, in the same form.
std::string result_csv(platform::sql::Snapshot& snapshot, Batches& batches, const Batch& batch,
                       std::string_view language, const Words& words);

/// The same as pain.002.001.11 (CustomerPaymentStatusReport): ACSC for what is paid, RJCT with a
/// reason, PDNG for what may still be paid, CANC for what was not tried in a batch that has ended.
std::string status_report(platform::sql::Snapshot& snapshot, Batches& batches, const Batch& batch,
                          base::Instant now);

/// A file to begin with, of two lines; `debtor` is the payer's number and name for pain.001.
std::string sample_csv(std::string_view language);
std::string sample_workbook(std::string_view language);
std::string sample_pain(std::string_view debtor_name, std::string_view debtor_number,
                        base::Instant now);

}  // namespace bank::batch
