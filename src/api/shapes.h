// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <api/parts.h>

#include <bank/counter/counter.h>
#include <platform/http/message.h>
#include <platform/json/value.h>

namespace api {

/// The JSON shapes of the contract's schemas that several operations answer with.

platform::json::Value shape(const base::Text& text);
platform::json::Value shape(const base::Money& money);
platform::json::Value shape(base::Instant instant);

/// Money of a request, in CNY until a bank has more. Errors: money.malformed, money.overflow,
/// money.currency_unknown.
base::Result<base::Money> read_money(const platform::json::Value& value);

/// Account; `for_holder` shows the number in full.
platform::json::Value account_shape(platform::sql::Snapshot& snapshot, Institution& institution,
                                    const bank::catalog::Bank& bank,
                                    const bank::account::Account& account, bool for_holder,
                                    std::string_view language);
platform::json::Value line_shape(const bank::payment::Line& line);
platform::json::Value case_shape(const bank::counter::CaseView& view);
platform::json::Value service_shape(const bank::catalog::Service& service, bool with_form);
platform::json::Object reloaded_shape(const bank::catalog::Reloaded& done);

/// A page of an account's history, as the contract's Entries. Errors: id.malformed,
/// ledger.account_unknown.
base::Result<platform::http::Response> entries_page(platform::sql::Snapshot& snapshot,
                                                    Institution& institution,
                                                    bank::account::AccountId id,
                                                    std::string_view cursor, int limit);

platform::http::Response ok(const platform::json::Value& value, int status = 200);
platform::http::Response no_content();

}  // namespace api
