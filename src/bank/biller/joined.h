// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/audit/trail.h>
#include <bank/bill/day.h>
#include <platform/crypto/random.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bank::biller {

using JoinedId = base::Id<struct JoinedTag>;

/// Whether a biller joined through the open API: its code is "<institution>--<its own>".
bool is_joined(std::string_view biller);

enum class JoinedState : std::uint8_t {
    testing,    // Tries out with its sandbox key; customers see nothing of it.
    proposed,   // A member of the staff proposes to let it, or what it added, go live.
    live,       // Customers find its items.
    suspended,  // Was live; its items are gone and its live key opens nothing.
};
std::string_view to_string(JoinedState state);
std::optional<JoinedState> joined_state_of(std::string_view name);

/// What a key is for: bills that only the biller sees, or bills of customers.
enum class Mode : std::uint8_t { test, live };
std::string_view to_string(Mode mode);

struct Application {
    std::string code;  // Its own: lower-case words, at most 30 bytes.
    base::Text name;   // zh and en.
    std::string category;
    std::string city;
    std::string contact;  // An office's, no person's.
};

struct Joined {
    JoinedId id;
    std::string code;  // In full: "yunchuan--green-park".
    base::Text name;
    std::string category;
    std::string city;
    std::string contact;
    JoinedState state = JoinedState::testing;
    std::string reason = {};    // Why it was sent back or suspended, in a person's words.
    std::uint64_t maker = 0;    // Who proposed.
    std::uint64_t checker = 0;  // Who let it go live.
    base::Instant applied_at = {};
    base::Instant changed_at = {};
    std::optional<base::Instant> live_at = {};  // First.

    bool is_live() const { return live_at.has_value() && state != JoinedState::suspended; }
};

struct OwnItem {
    std::string code;  // Its own: lower-case words, at most 30 bytes.
    base::Text name;
    std::string district;
    bool live = false;
};

enum class BillKept : std::uint8_t { due, paid, withdrawn };
std::string_view to_string(BillKept state);

/// A bill as a biller tells of it. The customer's number is kept as a keyed hash.
struct Pushed {
    std::string reference;  // The biller's; one bill each.
    std::string item;       // OwnItem's code.
    std::string number;     // Of the customer at the biller: 6 to 16 digits; kept: the last 4.
    base::Money amount{0, {"CNY", 2}};
    std::string payer = {};   // Masked by the biller.
    std::string period = {};  // "2026-11"
    bool withdrawn = false;
};
struct OwnBill {
    Pushed bill;
    BillKept state = BillKept::due;
    std::uint64_t id = 0;
};
/// What became of a pushed bill: "added", "changed", "same", "withdrawn", or "refused" with a
/// reason: biller.item_unknown, biller.bill_malformed, biller.payer_not_masked, biller.bill_paid.
struct PushResult {
    std::string reference;
    std::string_view outcome;
    std::string_view reason = {};
};

/// The billers that joined one institution by themselves.
class JoinedBillers {
public:
    struct Parts {
        bill::Items& items;
        const platform::crypto::Hmac& key;  // For customers' numbers; the same for ever.
        platform::crypto::Random& random;
        std::string institution;
    };
    explicit JoinedBillers(const Parts& parts) : parts_(parts) {}

    /// Puts the items of all that are live where customers find them. At the start.
    void show_items(platform::sql::Snapshot& snapshot);

    struct Issued {
        Joined biller;
        std::string key;  // Told this once; only its hash is kept.
    };
    /// A new biller with a sandbox key. Errors: biller.application_malformed, bill.place_unknown,
    /// biller.code_taken.
    base::Result<Issued> apply(platform::sql::Transaction& transaction,
                               const Application& application);
    /// A fresh key of a mode; the one before opens nothing any more. Errors: biller.unknown,
    /// biller.not_live (a live key needs a live biller).
    base::Result<Issued> make_key(platform::sql::Transaction& transaction, JoinedId id, Mode mode);

    struct Caller {
        Joined biller;
        Mode mode = Mode::test;
    };
    /// Whose key it is. Errors: biller.key_missing, biller.key_wrong, biller.not_live.
    base::Result<Caller> by_key(platform::sql::Snapshot& snapshot, std::string_view key) const;
    /// The id that a key names, not yet checked. Errors: as by_key.
    static base::Result<JoinedId> id_in(std::string_view key);

    /// Errors: biller.item_malformed, bill.place_unknown (district). A changed item is live again
    /// only when the staff say so.
    base::Result<OwnItem> put_item(platform::sql::Transaction& transaction, const Joined& biller,
                                   const OwnItem& item);
    std::vector<OwnItem> items(platform::sql::Snapshot& snapshot, JoinedId id) const;

    /// At most 100 at once.
    std::vector<PushResult> push(platform::sql::Transaction& transaction, const Caller& caller,
                                 const std::vector<Pushed>& bills);
    /// In the order in which they were pushed first, from after `after`.
    std::vector<OwnBill> bills(platform::sql::Snapshot& snapshot, const Caller& caller,
                               std::uint64_t after, int limit) const;

    /// As if a customer paid a test bill, on `day`. Errors: biller.bill_unknown, biller.bill_paid,
    /// biller.test_only.
    base::Result<OwnBill> pay_test_bill(platform::sql::Transaction& transaction,
                                        const Caller& caller, std::string_view reference,
                                        base::Date day);
    /// What it was paid on a business date, in order of `id`, from after `after`.
    std::vector<bill::Paid> payments(platform::sql::Snapshot& snapshot, const Caller& caller,
                                     base::Date day, bill::BillId after, int limit) const;

    /// Errors: biller.unknown.
    base::Result<Joined> joined(platform::sql::Snapshot& snapshot, JoinedId id) const;
    std::optional<Joined> by_code(platform::sql::Snapshot& snapshot, std::string_view code) const;
    /// The latest first, from `before` (exclusive; none: the latest) back.
    std::vector<Joined> all(platform::sql::Snapshot& snapshot, std::optional<JoinedState> state,
                            JoinedId before, int limit) const;

    /// What a member of the staff does: `propose` (from testing, or live with new items),
    /// `approve` (another person than who proposed), `send_back`, `suspend`, `resume` (another
    /// than who suspended). Errors: biller.unknown, biller.no_items, biller.not_now (not in this
    /// state), biller.same_person, biller.note_missing (send_back and suspend say why).
    enum class Act : std::uint8_t { propose, approve, send_back, suspend, resume };
    static std::optional<Act> act_of(std::string_view name);
    base::Result<Joined> act(platform::sql::Transaction& transaction, JoinedId id, Act act,
                             std::uint64_t staff, std::string_view why);

    /// What is due first under a number at a live biller's item; none: nothing, or an unknown
    /// number, which the bank cannot tell apart.
    std::optional<Pushed> due(platform::sql::Snapshot& snapshot, const bill::Item& item,
                              std::string_view number) const;
    /// Takes a payment for the biller. The value is the biller's receipt. Errors:
    /// biller.bill_unknown, biller.bill_paid, biller.amount_changed, biller.not_live.
    base::Result<std::string> take(platform::sql::Transaction& transaction, const bill::Item& item,
                                   std::string_view reference, bill::BillId payment,
                                   base::Money amount, base::Date day);

private:
    std::string hash_of(const Joined& biller, std::string_view item, std::string_view number) const;
    void show(const Joined& biller, const std::vector<OwnItem>& items);
    std::string code_of(const Joined& biller, const OwnItem& item) const;

    const Parts parts_;
};

}  // namespace bank::biller
