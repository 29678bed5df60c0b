// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <server/institution.h>

#include <memory>
#include <optional>
#include <span>

namespace server {

/// What has to be done once in a while: the heads of the audit trails signed and put away, and what
/// has run out removed.
class Housekeeping {
public:
    explicit Housekeeping(House& house) : house_(house) {}

    /// Does what is due: heads once a day of the bank and at the start, removals once an hour. Any
    /// failure is logged and tried again the next time.
    void run(std::span<const std::unique_ptr<Institution>> institutions);

private:
    void sign_head(platform::sql::Book& book, const std::string& name);
    void remove_expired(std::span<const std::unique_ptr<Institution>> institutions);

    House& house_;
    std::optional<base::Date> heads_signed_;
    std::optional<base::Instant> removed_;
};

}  // namespace server
