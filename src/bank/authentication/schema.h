// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/book.h>

#include <span>

namespace bank::authentication {

/// Sign-ins, codes, passkeys, challenges and sessions: tables of the house book.
std::span<const platform::sql::Migration> house_migrations();

/// The proofs that were used up: a table of every institution's book.
std::span<const platform::sql::Migration> institution_migrations();

/// Deletes what ran out before `now`, at most `limit` rows of each table; returns how many. SMS
/// codes stay for a day after, because the caps count them.
int purge_house(platform::sql::Transaction& transaction, base::Instant now, int limit);
int purge_institution(platform::sql::Transaction& transaction, base::Instant now, int limit);

}  // namespace bank::authentication
