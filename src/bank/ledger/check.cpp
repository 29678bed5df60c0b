// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/check.h>

#include <bank/ledger/internal/checker.h>

namespace bank::ledger {

CheckReport check_ledger(platform::sql::Book& book)
{
    return book.read([&](platform::sql::Snapshot& snapshot) {
        return internal::Checker{snapshot, book.number()}.run();
    });
}

}  // namespace bank::ledger
