// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/organisation/changes.h>

namespace bank::organisation::internal {

/// A post as one text ("here;UNIT;role role;skill"), and back.
std::string text_of(const Post& post);
Post post_of(std::string_view text);

/// What the bank's folder says of a person; empty where it names none of that login.
std::string folder_text(const catalog::Bank& bank, std::string_view login);

/// Puts a person into a post; roles, unit and institution follow.
void put(platform::sql::Transaction& transaction, const catalog::Bank& bank,
         const std::string& login, const Post& post);

/// Puts everybody into the last confirmed post that the folder has not overtaken.
void put_confirmed(platform::sql::Transaction& transaction, const catalog::Bank& bank);

}  // namespace bank::organisation::internal
