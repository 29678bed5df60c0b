// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/payments.h>
#include <bank/interest/accrual.h>
#include <base/clock.h>
#include <base/money.h>
#include <base/text.h>
#include <engine/process/calendar.h>
#include <platform/json/value.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bank::catalog {

struct BillCatalogue;

struct BankFacts {
    std::string code;
    base::Text name;
    base::Text short_name;
    std::string relying_party_id;
    std::vector<std::string> locales;
    base::Currency currency{"CNY", 2};
    std::string service_phone;
    // When accounts go to sleep, in days (0: never), and how often all are looked at.
    int unused_after_days = 0;
    int idle_after_days = 0;
    int look_for_idle_seconds = 86'400;
    bool demo = false;  // Made-up people and their sign-ins may be created.
};

struct Institution {
    std::string code;
    int book = 0;  // 1 to 1023, unique.
    base::Text name;
    base::Text short_name;
    std::string account_prefix;
    std::string clearing_code;
    std::string time_zone;
    std::string calendar;
    engine::process::BusinessCalendar business_calendar;
    int cut_over_minute = 24 * 60;  // Of the local day on which its business date ends.
    bool books_on_working_days = false;
    std::vector<std::string> products;
    std::vector<std::string> services;  // Codes, or "*" for all.
};

enum class Level : std::uint8_t { province, city, county, town, village };
std::string_view to_string(Level level);
/// The level of that word; nothing where it is none.
std::optional<Level> level_of(std::string_view word);

/// A unit of the organisation's tree.
struct Unit {
    std::string code;
    std::string parent;  // Empty: a root.
    Level level = Level::province;
    std::string institution;  // Its own or inherited; empty above the institutions.
    base::Text name;
    base::Text address;  // Empty where customers do not come.
};

enum class Reach : std::uint8_t { unit, institution, group };

struct Role {
    std::string code;
    base::Text name;
    Reach scope = Reach::unit;
    std::vector<std::string> permissions;
};

struct StaffMember {
    std::string login;
    std::string name;
    std::vector<std::string> roles;
    std::vector<std::string> skills;
    std::string unit;
    std::string institution;  // Of the unit.
    base::Money limit{0, {"CNY", 2}};
    std::string totp_secret;  // Base32; demo banks only.
    std::string phone;        // Under which he is a customer himself, 11 digits; may be empty.
    std::string reports_to;   // Login of his manager; may be empty.
};

struct ProductLimit {
    std::string direction;    // "in", "out".
    std::string counterpart;  // "unbound", "any".
    std::string period;       // "day", "year".
    base::Money amount{0, {"CNY", 2}};
    bool requires_face_to_face = false;
};

/// Days on which something falls due: of each month, each quarter's last month, or one month.
struct DueDays {
    std::string frequency;  // "monthly", "quarterly", "yearly".
    int day = 20;
    int month = 12;  // Of "yearly".
};

struct ProductInterest {
    interest::Rates rates;
    DueDays posting;
};

struct ProductFee {
    std::string code;
    base::Text name;
    base::Money amount{0, {"CNY", 2}};
    DueDays due;
    std::optional<base::Money> average_below;  // Free where the average balance is more.
    bool waived_for_default = false;           // Free for the customer's default account.
};

/// A line of the chart of accounts, with what rolls to it.
struct ChartLine {
    std::string code;
    std::string parent;  // Empty: a root.
    base::Text name;
    bool debit = false;                 // Its balance usually is one.
    std::vector<std::string> products;  // Codes.
    std::vector<std::string> own;       // Codes of the bank's own accounts, or "clearing/*".
    bool rest = false;                  // Takes own accounts that no other line names.
};

struct Product {
    std::string code;
    std::string kind;  // "account".
    int account_class = 0;
    base::Text name;
    base::Text summary;
    base::Currency currency{"CNY", 2};
    bool remote = false;  // May be opened without a visit.
    int per_person = 1;
    bool bound_account = false;
    std::vector<std::string> elements;  // That the other bank confirms.
    std::optional<base::Money> balance_limit;
    std::vector<ProductLimit> limits;
    std::optional<ProductInterest> interest;
    std::vector<ProductFee> fees;
    std::string source;  // The rules it follows.
};

struct DemoCustomer {
    std::string institution;
    std::string unit;
    std::string name;
    std::string id_number;
    std::string phone;
    std::string address;
    std::string occupation;
    std::string language;
    std::string product;
    base::Money opening_balance{0, {"CNY", 2}};
    bool elder_mode = false;
};

/// An organisation whose account payrolls may be paid from; demo banks only.
struct DemoEmployer {
    std::string institution;
    std::string unit;
    std::string name;
    std::string credit_code;  // Unified social credit code.
    std::string product;
    base::Money opening_balance{0, {"CNY", 2}};
    std::vector<std::string> agents;  // Phones of the customers who may speak for it.
};

struct Partner {
    std::string code;
    base::Text name;
    std::string kind;
    std::string url;
    std::string key;
    int connect_timeout_ms = 0;
    int answer_timeout_ms = 0;
    int attempts = 1;
    int first_retry_ms = 0;
    int deadline_ms = 0;
};

struct MessageTemplate {
    std::string code;
    std::string purpose;                // "code", "transaction", "service".
    std::vector<std::string> channels;  // In order of preference.
    base::Text text;                    // With {names}.
};

/// A campaign of vouchers, of which there are `stock`.
struct Campaign {
    std::string code;
    std::string institution;
    base::Text name;
    base::Text about;
    std::int64_t stock = 0;
    base::Money value{0, {"CNY", 2}};
    base::Money least_bill{0, {"CNY", 2}};
    bool for_account_holders = false;  // Else for everybody who has signed in.
    base::Instant starts_at = {};
    base::Instant ends_at = {};
    base::Instant use_until = {};
};

/// What money was spent on; the first that fits counts. See categories.yaml.
struct Category {
    std::string code;
    base::Text name;
    bool own = false;                         // Between accounts of one holder.
    std::vector<std::string> kinds;           // Of the ledger's entries.
    std::vector<std::string> words;           // In the purpose.
    std::vector<std::string> counterparties;  // Words in the counterparty's name.
};

struct SanctionsEntry {
    std::string id;
    std::string kind;  // "person", "organisation".
    std::vector<std::string> names;
    std::optional<base::Date> born;
    std::string number;
    base::Text reason;
};

struct SanctionsData {
    std::string list;
    std::string version;
    std::vector<SanctionsEntry> entries;
};

/// A file of DMN, by the name of its file without ending ("payment-proof").
struct DecisionFile {
    std::string name;
    std::string file;
    std::string text;
};

/// What the folder says apart from its services; immutable.
struct Bank {
    BankFacts facts;
    platform::json::Value brand;
    std::vector<Institution> institutions;
    std::vector<Unit> units;  // Parents before children.
    std::map<std::string, Role, std::less<>> roles;
    std::map<std::string, base::Text, std::less<>> skills;
    std::vector<StaffMember> staff;
    std::string staff_demo_password;
    std::vector<DemoCustomer> customers;
    std::vector<DemoEmployer> employers;
    std::string customer_demo_password;
    std::map<std::string, Product, std::less<>> products;
    std::vector<ChartLine> chart;  // Parents before children.
    std::vector<Partner> partners;
    std::map<std::string, MessageTemplate, std::less<>> messages;
    std::map<std::string, base::Text, std::less<>> reasons;  // For {reason} in messages.
    SanctionsData sanctions;
    std::vector<Category> categories;  // At least one; the last takes the rest.
    std::vector<Campaign> campaigns;
    std::shared_ptr<const BillCatalogue>
        bills;  // See bills.h; none where the folder has no billers/.
    std::map<std::string, DecisionFile, std::less<>> decisions;
    std::vector<OtherBank> other_banks;
    PaymentRules payment_rules;
    std::optional<Payouts> payouts;  // None: a second person approves each.

    const Institution* institution(std::string_view code) const;
    const Unit* unit(std::string_view code) const;
    const StaffMember* staff_member(std::string_view login) const;
    const Partner* partner(std::string_view code) const;
    const MessageTemplate* message(std::string_view code) const;
    /// What messages say for a reason; for one without words, those of "default".
    std::string words_for(std::string_view reason, std::string_view language) const;
};

}  // namespace bank::catalog
