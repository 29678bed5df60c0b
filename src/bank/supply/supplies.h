// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/ledger.h>

#include <string>
#include <string_view>
#include <vector>

namespace bank::supply {

/// Goods are lower-case words with '-' ("mask"); pieces are whole.
struct Stock {
    std::int64_t there = 0;     // Pieces that may still be promised.
    std::int64_t promised = 0;  // Held for somebody.
    std::int64_t given = 0;
};

/// Begins a shelf with that many pieces, once for the same `key`, whatever number is named later.
/// Errors: supply.goods_unknown (no such word), those of ledger::post.
base::Result<void> put_in(platform::sql::Transaction& transaction, ledger::Ledger& ledger,
                          std::string_view goods, std::int64_t pieces, std::string_view key,
                          base::Date effective);

/// Puts in pieces that have come, once for the same `key`; whether they were put in now. Errors:
/// supply.goods_unknown (no such word), ledger.client_id_reused (other goods or another number
/// under the key), those of ledger::post.
base::Result<bool> receive(platform::sql::Transaction& transaction, ledger::Ledger& ledger,
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

/// One kind of goods that was ever put in.
struct Shelf {
    std::string goods;
    Stock stock;
};
/// All of them, in the order of their words.
std::vector<Shelf> shelves(platform::sql::Snapshot& snapshot, ledger::Ledger& ledger);

}  // namespace bank::supply
