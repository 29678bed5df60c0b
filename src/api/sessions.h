// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <api/call.h>

#include <bank/authentication/passkey.h>
#include <bank/authentication/session.h>
#include <platform/http/message.h>
#include <platform/json/value.h>

namespace api {

/// The institution that a request's body names. Errors: api.institution_unknown.
base::Result<Institution*> institution_of(Parts& parts, const platform::json::Value& body);

/// The contract's Session.
platform::json::Value session_shape(Parts& parts, const bank::authentication::Session& session);

/// Gives the browser the cookie that holds a session, for as long as the session may last.
void add_session_cookie(platform::http::Response& response, const Parts& parts,
                        std::string_view cookie, std::string_view token,
                        const bank::authentication::Session& session);

/// Ends the session and takes its cookie back. Errors: those of the book.
base::Result<platform::http::Response> end_session(Parts& parts,
                                                   const bank::authentication::Session& session,
                                                   std::string_view cookie);

/// 201 with the session and its cookie.
platform::http::Response session_opened(Parts& parts,
                                        const bank::authentication::OpenedSession& opened);

/// The login of the caller: of the session, or, of a phone session, of the customer whom the phone
/// belongs to; made where the customer has an account and no login yet. Errors:
/// authentication.no_login, those of the book.
base::Result<bank::authentication::Login> login_of(Parts& parts, const Caller& caller);

/// Opens a customer's session, and keeps the language that the call asks for. Errors: those of the
/// book.
base::Result<platform::http::Response> open_for_login(Parts& parts, const Call& call,
                                                      const bank::authentication::Login& login,
                                                      std::string_view method);

}  // namespace api
