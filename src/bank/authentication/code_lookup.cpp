// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/code.h>
#include <bank/authentication/internal/secrets.h>
#include <bank/customer/phone.h>

namespace bank::authentication {

std::optional<CodeId> latest_code(platform::sql::Snapshot& snapshot, const Environment& environment,
                                  std::string_view purpose, std::string_view phone)
{
    const auto number = customer::normal_phone(phone);
    if (!number) return std::nullopt;
    const auto hash = phone_hash(environment, number.value());
    auto row = snapshot.query(
        "select id from authentication_code where phone_hash = ? and purpose = ? "
        "order by created desc, id desc limit 1",
        blob(hash), purpose);
    if (!row.next()) return std::nullopt;
    return row.id<CodeId>(0);
}

}  // namespace bank::authentication
