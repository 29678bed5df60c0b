// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <api/contract.h>
#include <api/parts.h>

#include <bank/authentication/session.h>

#include <optional>

namespace api {

/// A customer, or a visitor with a proven phone, who is signed in.
struct Caller {
    bank::authentication::Session session;
    std::string token;
    Institution* institution = nullptr;
    bank::customer::CustomerId customer;  // Of a visitor too: a record that holds the phone alone.

    /// How the counter knows the person.
    std::string applicant() const { return to_string(customer); }
};

/// A member of the staff who is signed in with both factors.
struct StaffCaller {
    bank::authentication::Session session;
    bank::organisation::Staff staff;
};

/// One request on its way to its handler: checked, and by whom.
struct Call {
    const platform::http::Request& request;
    platform::json::Value body;
    platform::json::Object query;
    std::optional<Caller> caller;
    std::optional<StaffCaller> staff;

    /// "zh" or "en", by Accept-Language.
    std::string_view language() const;

    /// A path parameter as an id; the contract has checked its form.
    template <class Id>
    base::Result<Id> id(std::string_view name) const
    {
        return base::parse_id<Id>(request.parameter(name));
    }
    int limit() const;
    std::string_view cursor() const;
};

}  // namespace api
