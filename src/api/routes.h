// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <api/call.h>
#include <api/contract.h>

#include <platform/http/router.h>

#include <functional>
#include <set>
#include <string>

namespace api {

/// Who may call an operation.
enum class Access {
    open,      // Anybody.
    phone,     // A proven phone, or more.
    customer,  // A customer with a full sign-in.
    staff,     // Staff with both factors.
};

using Handler = std::function<base::Result<platform::http::Response>(Call&)>;
/// Answers later, by the reply; for what the writer completes.
using LateHandler = std::function<void(Call, platform::http::Reply)>;

/// Ties the operations of the contract to their handlers: holds requests to the contract, finds out
/// who calls, turns errors into problem documents.
class Routes {
public:
    Routes(const Contract& contract, Parts& parts, platform::http::Router& router)
        : contract_(contract), parts_(parts), router_(router)
    {
    }

    struct Options {
        platform::http::Execution execution = platform::http::Execution::worker;
        std::size_t body_bytes = 64 * 1024;
        int deadline_ms = 30'000;
    };

    /// Aborts where the contract has no such operation, or it has a handler already.
    void add(std::string_view operation, Access access, Handler handler, Options options);
    void add(std::string_view operation, Access access, Handler handler)
    {
        add(operation, access, std::move(handler), Options{});
    }
    /// On the I/O thread: the handler reads and computes for some tenths of a millisecond at most,
    /// hands over, and never waits for a commit.
    void add_late(std::string_view operation, Access access, LateHandler handler);

    /// Marks an operation as handled elsewhere (the WebSocket).
    void mark_handled(std::string_view operation);

    /// Operations of the contract without a handler.
    std::vector<std::string> missing() const;

    Parts& parts() { return parts_; }
    platform::http::Router& router() { return router_; }

private:
    const Operation& take(std::string_view operation);

    const Contract& contract_;
    Parts& parts_;
    platform::http::Router& router_;
    std::set<std::string, std::less<>> handled_;
};

/// Who calls, by the session cookie and, where the method changes something, the CSRF token. Sets
/// `caller` or `staff`. Answers a problem where that does not do for `access`.
std::optional<platform::http::Response> admit(Parts& parts, Access access, Call& call);

inline constexpr std::string_view customer_cookie = "yungui_session";
inline constexpr std::string_view staff_cookie = "yungui_staff";

void add_system_routes(Routes& routes, const Contract& contract);
void add_bank_routes(Routes& routes);
void add_branch_routes(Routes& routes);
void add_session_routes(Routes& routes);
void add_passkey_routes(Routes& routes);
void add_case_routes(Routes& routes);
void add_evidence_routes(Routes& routes);
void add_picture_routes(Routes& routes);
void add_diagram_routes(Routes& routes);
void add_simulation_routes(Routes& routes);
void add_account_routes(Routes& routes);
void add_payment_routes(Routes& routes);
void add_payee_routes(Routes& routes);
void add_spending_routes(Routes& routes);
void add_statement_routes(Routes& routes);
void add_certificate_routes(Routes& routes);
void add_outgoing_routes(Routes& routes);
void add_order_routes(Routes& routes);
void add_proof_routes(Routes& routes);
void add_supply_routes(Routes& routes);
void add_voucher_routes(Routes& routes);
void add_bill_routes(Routes& routes);
void add_credit_card_routes(Routes& routes);
void add_biller_routes(Routes& routes);
void add_staff_biller_routes(Routes& routes);
void add_wallet_routes(Routes& routes);
void add_message_routes(Routes& routes);
void add_live_routes(Routes& routes);
void add_partner_routes(Routes& routes);
void add_letter_routes(Routes& routes);
void add_community_routes(Routes& routes);
void add_demo_routes(Routes& routes);
void add_staff_session_routes(Routes& routes);
void add_task_routes(Routes& routes);
void add_task_work_routes(Routes& routes);
void add_filter_routes(Routes& routes);
void add_staff_change_routes(Routes& routes);
void add_incident_routes(Routes& routes);
void add_version_routes(Routes& routes);
void add_release_routes(Routes& routes);
void add_batch_routes(Routes& routes);
void add_staff_customer_routes(Routes& routes);
void add_management_routes(Routes& routes);

}  // namespace api
