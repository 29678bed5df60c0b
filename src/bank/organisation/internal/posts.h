// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/organisation/changes.h>

namespace bank::organisation::internal {

inline constexpr const char* post_change = "staff.post";  // The kind of its proposals.

/// A post as one text ("here;UNIT;role role;skill"), and back.
std::string text_of(const Post& post);
Post post_of(std::string_view text);

/// What the bank's folder says of a person; empty where it names none of that login.
std::string folder_text(const catalog::Bank& bank, std::string_view login);

/// Puts a person into a post; roles, unit and institution follow.
void put(platform::sql::Transaction& transaction, const catalog::Bank& bank,
         const std::string& login, const Post& post);

/// Takes over changes that an earlier release kept in a table of this module.
void take_over_changes(platform::sql::Transaction& transaction);

/// Puts everybody into the last confirmed post that the folder has not overtaken.
void put_confirmed(platform::sql::Transaction& transaction, const catalog::Bank& bank);

}  // namespace bank::organisation::internal
