// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/ledger.h>

#include <string_view>

namespace bank::supply {

/// Goods are lower-case words with '-' ("mask"); pieces are whole.
struct Stock {
    std::int64_t there = 0;     // Pieces that may still be promised.
    std::int64_t promised = 0;  // Held for somebody.
    std::int64_t given = 0;
};

/// Puts pieces into the stock, once for the same `key`. Errors: supply.goods_unknown (no such
/// word), those of ledger::post.
base::Result<void> put_in(platform::sql::Transaction& transaction, ledger::Ledger& ledger,
                          std::string_view goods, std::int64_t pieces, std::string_view key,
                          base::Date effective);

/// Holds pieces for at most 30 days; the same `key` again: the same hold.
/// Errors: supply.goods_unknown (no such word, or never put in), supply.not_enough, those of
/// ledger::reserve.
base::Result<ledger::EntryId> promise(platform::sql::Transaction& transaction,
                                      ledger::Ledger& ledger, std::string_view goods,
                                      std::int64_t pieces, std::string_view key,
                                      base::Date effective);

/// Gives out what `hold` promised. The same `key` again: nothing. Errors: those of ledger::capture.
base::Result<void> give(platform::sql::Transaction& transaction, ledger::Ledger& ledger,
                        ledger::EntryId hold, std::string_view key, base::Date effective);

/// Puts it back. The same `key` again: nothing. Errors: those of ledger::release.
base::Result<void> let_go(platform::sql::Transaction& transaction, ledger::Ledger& ledger,
                          ledger::EntryId hold, std::string_view key, base::Date effective);

/// Takes back pieces that were given and came back (a box that was rented). The same `key` again:
/// nothing. Errors: supply.goods_unknown (as promise), supply.not_given (fewer are out), those of
/// ledger::post.
base::Result<void> take_back(platform::sql::Transaction& transaction, ledger::Ledger& ledger,
                             std::string_view goods, std::int64_t pieces, std::string_view key,
                             base::Date effective);

/// How much there is. Errors: supply.goods_unknown (as promise).
base::Result<Stock> stock(platform::sql::Transaction& transaction, ledger::Ledger& ledger,
                          std::string_view goods);

}  // namespace bank::supply
