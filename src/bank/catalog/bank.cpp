// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/bank.h>
#include <bank/catalog/catalog.h>
#include <bank/catalog/internal/bank_files.h>

#include <algorithm>

namespace bank::catalog {

namespace {

constexpr std::string_view level_names[] = {"province", "city", "county", "town", "village"};

using internal::Node;

template <class T, class Member>
const T* find_by(const std::vector<T>& all, Member member, std::string_view wanted)
{
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const T& each) { return each.*member == wanted; });
    return found == all.end() ? nullptr : &*found;
}

/// Reads one file of the folder, or notes why not.
std::optional<Node> read(const std::filesystem::path& folder, const std::string& name,
                         Findings& findings)
{
    auto root = platform::config::read_yaml(folder / name, name);
    if (!root) {
        findings.push_back(internal::finding_of(root.error(), name));
        return std::nullopt;
    }
    return std::move(root).value();
}

void check_whole(const Bank& bank, Findings& findings)
{
    std::set<int> books;
    std::set<std::string> prefixes;
    for (const Institution& institution : bank.institutions) {
        const std::string file = "institutions/" + institution.code + ".yaml";
        if (!books.insert(institution.book).second) {
            findings.push_back({file, 0, "the book's number is another institution's too"});
        }
        if (!prefixes.insert(institution.account_prefix).second) {
            findings.push_back({file, 0, "the account prefix is another institution's too"});
        }
        for (const auto& product : institution.products) {
            if (!bank.products.contains(product)) {
                findings.push_back({file, 0, "there is no product \"" + product + "\""});
            }
        }
    }
    if (bank.institutions.empty())
        findings.push_back({"institutions/", 0, "there is no institution"});
}

}  // namespace

std::string_view to_string(Level level)
{
    return level_names[static_cast<std::size_t>(level)];
}

std::optional<Level> level_of(std::string_view word)
{
    const auto* found = std::find(std::begin(level_names), std::end(level_names), word);
    if (found == std::end(level_names)) return std::nullopt;
    return static_cast<Level>(found - std::begin(level_names));
}

const Institution* Bank::institution(std::string_view code) const
{
    return find_by(institutions, &Institution::code, code);
}
const Unit* Bank::unit(std::string_view code) const
{
    return find_by(units, &Unit::code, code);
}
const StaffMember* Bank::staff_member(std::string_view login) const
{
    return find_by(staff, &StaffMember::login, login);
}
const Partner* Bank::partner(std::string_view code) const
{
    return find_by(partners, &Partner::code, code);
}
const MessageTemplate* Bank::message(std::string_view code) const
{
    const auto found = messages.find(code);
    return found == messages.end() ? nullptr : &found->second;
}

std::string Bank::words_for(std::string_view reason, std::string_view language) const
{
    auto found = reasons.find(reason);
    if (found == reasons.end()) found = reasons.find("default");
    return found == reasons.end() ? std::string{}
                                  : std::string{base::in_language(found->second, language)};
}

std::vector<std::filesystem::path> internal::files_in(const std::filesystem::path& folder,
                                                      std::string_view ending)
{
    std::vector<std::filesystem::path> files;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator{folder, ignored}) {
        if (entry.is_regular_file() && entry.path().extension() == ending)
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::shared_ptr<const Bank> load_bank(const std::filesystem::path& folder, Findings& findings)
{
    const std::size_t before = findings.size();
    if (!std::filesystem::exists(folder / "bank.yaml")) {
        findings.push_back(
            {folder.string(), 0, "is no bank's folder: there is no bank.yaml in it"});
        return nullptr;
    }
    auto bank = std::make_shared<Bank>();
    const auto each = [&](const std::string& sub, auto action) {
        for (const auto& path : internal::files_in(folder / sub, ".yaml")) {
            const std::string name = sub + "/" + path.filename().string();
            if (const auto root = read(folder, name, findings)) action(*root);
        }
    };
    const auto one = [&](const std::string& name, auto action) {
        if (const auto root = read(folder, name, findings)) action(*root);
    };

    one("bank.yaml",
        [&](const Node& root) { bank->facts = internal::read_bank_facts(root, findings); });
    one("brand.yaml",
        [&](const Node& root) { bank->brand = internal::read_brand(root, findings); });
    std::map<std::string, internal::CalendarFile, std::less<>> calendars;
    each("calendars", [&](const Node& root) {
        std::string code;
        auto calendar = internal::read_calendar(root, code, findings);
        calendars.emplace(code, std::move(calendar));
    });
    each("products", [&](const Node& root) { internal::read_product(root, *bank, findings); });
    each("institutions", [&](const Node& root) {
        bank->institutions.push_back(internal::read_institution(root, calendars, findings));
    });
    one("roles.yaml", [&](const Node& root) { internal::read_roles(root, *bank, findings); });
    one("organisation.yaml",
        [&](const Node& root) { internal::read_organisation(root, *bank, findings); });
    one("staff.yaml", [&](const Node& root) { internal::read_staff(root, *bank, findings); });
    if (bank->facts.demo || std::filesystem::exists(folder / "customers.yaml")) {
        one("customers.yaml",
            [&](const Node& root) { internal::read_customers(root, *bank, findings); });
    }
    one("chart-of-accounts.yaml",
        [&](const Node& root) { internal::read_chart(root, *bank, findings); });
    one("partners.yaml", [&](const Node& root) { internal::read_partners(root, *bank, findings); });
    one("categories.yaml",
        [&](const Node& root) { internal::read_categories(root, *bank, findings); });
    if (std::filesystem::exists(folder / "bank-directory.yaml")) {
        one("bank-directory.yaml",
            [&](const Node& root) { internal::read_other_banks(root, *bank, findings); });
    }
    if (std::filesystem::exists(folder / "payment-rules.yaml")) {
        one("payment-rules.yaml",
            [&](const Node& root) { internal::read_payment_rules(root, *bank, findings); });
    }
    if (std::filesystem::exists(folder / "payouts.yaml")) {
        one("payouts.yaml",
            [&](const Node& root) { internal::read_payouts(root, *bank, findings); });
    }
    one("sanctions.yaml",
        [&](const Node& root) { internal::read_sanctions(root, *bank, findings); });
    each("campaigns", [&](const Node& root) { internal::read_campaign(root, *bank, findings); });
    if (std::filesystem::exists(folder / "billers"))
        bank->bills = internal::read_bills(folder, findings);
    each("messages", [&](const Node& root) {
        internal::Fields fields{root, findings};
        if (const Node* messages = fields.node("messages", true)) {
            internal::read_messages(*messages, bank->messages, findings);
        }
        for (const auto& [reason, words] : fields.members("reasons")) {
            bank->reasons.emplace(reason, internal::read_languages(words, findings));
        }
    });
    for (const auto& path : internal::files_in(folder / "decisions", ".dmn")) {
        const std::string name = path.stem().string();
        const std::string shown = "decisions/" + path.filename().string();
        auto text = platform::config::read_text(path, shown);
        if (text) {
            bank->decisions.emplace(name, DecisionFile{name, shown, std::move(text).value()});
        } else {
            findings.push_back(internal::finding_of(text.error(), shown));
        }
    }
    check_whole(*bank, findings);
    if (!bank->chart.empty()) internal::check_chart(*bank, findings);
    return findings.size() == before ? bank : nullptr;
}

}  // namespace bank::catalog
