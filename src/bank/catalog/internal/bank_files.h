// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/bank.h>
#include <bank/catalog/internal/fields.h>

#include <filesystem>
#include <map>

namespace bank::catalog::internal {

/// A calendar file: weekdays off, days off, working weekends.
struct CalendarFile {
    std::array<bool, 7> weekend{};  // Monday first.
    std::set<base::Date> off;
    std::set<base::Date> working;
};

BankFacts read_bank_facts(const Node& root, std::vector<Finding>& findings);
platform::json::Value read_brand(const Node& root, std::vector<Finding>& findings);
CalendarFile read_calendar(const Node& root, std::string& code, std::vector<Finding>& findings);
Institution read_institution(const Node& root,
                             const std::map<std::string, CalendarFile, std::less<>>& calendars,
                             std::vector<Finding>& findings);
void read_roles(const Node& root, Bank& bank, std::vector<Finding>& findings);
void read_organisation(const Node& root, Bank& bank, std::vector<Finding>& findings);
void read_staff(const Node& root, Bank& bank, std::vector<Finding>& findings);
void read_customers(const Node& root, Bank& bank, std::vector<Finding>& findings);
void read_product(const Node& root, Bank& bank, std::vector<Finding>& findings);
/// What a product pays and costs.
void read_terms(Fields& fields, Product& product, std::vector<Finding>& findings);
void read_chart(const Node& root, Bank& bank, std::vector<Finding>& findings);
/// Every product and every own account that products and partners bring stands in one line.
void check_chart(const Bank& bank, std::vector<Finding>& findings);
void read_partners(const Node& root, Bank& bank, std::vector<Finding>& findings);
void read_campaign(const Node& root, Bank& bank, std::vector<Finding>& findings);
std::shared_ptr<const BillCatalogue> read_bills(const std::filesystem::path& folder,
                                                std::vector<Finding>& findings);
void read_categories(const Node& root, Bank& bank, std::vector<Finding>& findings);
void read_other_banks(const Node& root, Bank& bank, std::vector<Finding>& findings);
void read_payment_rules(const Node& root, Bank& bank, std::vector<Finding>& findings);
/// After the other banks.
void read_payouts(const Node& root, Bank& bank, std::vector<Finding>& findings);
void read_sanctions(const Node& root, Bank& bank, std::vector<Finding>& findings);

/// A map of message codes, as messages/*.yaml and the services' messages.yaml hold it.
void read_messages(const Node& messages, std::map<std::string, MessageTemplate, std::less<>>& into,
                   std::vector<Finding>& findings);

/// Entries of a folder with that ending, by name. A missing folder is empty.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder,
                                            std::string_view ending);

}  // namespace bank::catalog::internal
