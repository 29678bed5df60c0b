// SPDX-License-Identifier: Apache-2.0
// What applicants think of how it went.
#include <bank/counter/internal/impl.h>

namespace bank::counter {

using platform::sql::Transaction;

namespace {

constexpr int most_stars = 5;

}  // namespace

base::Result<void> Counter::rate(CaseId id, std::string_view applicant, int stars)
{
    if (stars < 1 || stars > most_stars) {
        return base::invalid("case.rating_out_of_range", "A rating has 1 to 5 stars.");
    }
    return impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        const CaseRow row = TRY(impl_->find_own(transaction, id, applicant));
        // Whoever gave up has not seen how it ends.
        if (row.state != CaseState::done && row.state != CaseState::refused) {
            return base::conflict("case.not_ended", "The case has not been decided.");
        }
        transaction.execute(
            "insert into counter_rating(case_id, service, stars, rated_at) values (?, ?, ?, ?)"
            " on conflict (case_id) do update set stars = excluded.stars,"
            " rated_at = excluded.rated_at",
            id, row.service, stars, transaction.now());
        return {};
    });
}

}  // namespace bank::counter
