// SPDX-License-Identifier: Apache-2.0
// products/, partners.yaml, sanctions.yaml and messages/.
#include <bank/catalog/internal/bank_files.h>

namespace bank::catalog::internal {

void read_product(const Node& root, Bank& bank, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    Product product;
    product.code = fields.text("code");
    product.kind = fields.one_of("kind", {"account"});
    // Classes are of personal accounts; a company's product says whose it is and has none (0).
    const bool for_companies = !fields.text_or("holder", "").empty();
    if (for_companies) fields.one_of("holder", {"company"});
    product.account_class = for_companies ? 0 : static_cast<int>(fields.integer("class", 1, 3));
    product.name = fields.languages("name");
    product.summary = fields.languages("summary");
    product.currency = bank.facts.currency;
    fields.one_of("currency", {std::string{bank.facts.currency.code}});
    for (const auto& way : fields.texts("opened")) {
        if (way != "remote" && way != "branch")
            fields.fault("opened", "may hold remote and branch");
        if (way == "remote") product.remote = true;
    }
    product.per_person = static_cast<int>(fields.integer("per_person", 1, 1000));
    product.bound_account = fields.one_of("bound_account", {"none", "required"}) == "required";
    product.elements = fields.texts("elements");
    product.balance_limit = fields.money_if_given("balance_limit", product.currency);
    for (const Node& node : fields.items("limits")) {
        Fields inner{node, findings};
        ProductLimit limit;
        limit.direction = inner.one_of("direction", {"in", "out"});
        limit.counterpart = inner.one_of("counterpart", {"unbound", "any"});
        limit.period = inner.one_of("period", {"day", "year"});
        limit.amount = inner.money("amount", product.currency);
        limit.requires_face_to_face = !inner.text_or("requires", "").empty();
        if (limit.requires_face_to_face) inner.one_of("requires", {"face_to_face"});
        product.limits.push_back(limit);
    }
    read_terms(fields, product, findings);
    product.source = fields.text("source");
    if (bank.products.contains(product.code))
        fields.fault("code", "is given to another product too");
    bank.products.emplace(product.code, std::move(product));
}

void read_partners(const Node& root, Bank& bank, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    for (const auto& [code, node] : fields.members("partners")) {
        Fields inner{node, findings};
        Partner partner;
        partner.code = code;
        partner.name = inner.languages("name");
        partner.kind = inner.text("kind");
        partner.url = inner.text("url");
        if (!partner.url.starts_with("http://") && !partner.url.starts_with("https://")) {
            inner.fault("url", "must begin with http:// or https://");
        }
        partner.key = inner.text("key");
        partner.connect_timeout_ms =
            static_cast<int>(inner.integer("connect_timeout_ms", 1, 600'000));
        partner.answer_timeout_ms =
            static_cast<int>(inner.integer("answer_timeout_ms", 1, 600'000));
        partner.attempts = static_cast<int>(inner.integer("attempts", 1, 100));
        partner.first_retry_ms = static_cast<int>(inner.integer("first_retry_ms", 1, 3'600'000));
        partner.deadline_ms = static_cast<int>(inner.integer("deadline_ms", 1, 86'400'000));
        bank.partners.push_back(std::move(partner));
    }
}

void read_sanctions(const Node& root, Bank& bank, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    bank.sanctions.list = fields.text("list");
    bank.sanctions.version = fields.text("version");
    std::set<std::string> ids;
    for (const Node& node : fields.items("entries", true)) {
        Fields inner{node, findings};
        SanctionsEntry entry;
        entry.id = inner.text("id");
        entry.kind = inner.one_of("kind", {"person", "organisation"});
        entry.names = inner.texts("names");
        if (entry.names.empty()) inner.fault("names", "must hold a name");
        entry.born = inner.date_if_given("born");
        entry.number = inner.text_or("number", "");
        entry.reason = inner.languages("reason");
        if (!ids.insert(entry.id).second) inner.fault("id", "is given twice");
        bank.sanctions.entries.push_back(std::move(entry));
    }
}

void read_categories(const Node& root, Bank& bank, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    std::set<std::string> codes;
    for (const Node& node : fields.items("categories", true)) {
        Fields inner{node, findings};
        Category category{.code = inner.text("code"),
                          .name = inner.languages("name"),
                          .own = inner.boolean_or("own", false),
                          .kinds = inner.texts("kinds"),
                          .words = inner.texts("words"),
                          .counterparties = inner.texts("counterparties")};
        for (const auto* words : {&category.words, &category.counterparties}) {
            for (const std::string& word : *words) {
                if (word.empty()) inner.fault("words", "a word is not empty");
            }
        }
        if (!codes.insert(category.code).second) inner.fault("code", "is given twice");
        bank.categories.push_back(std::move(category));
    }
    if (bank.categories.empty()) fields.fault("categories", "must hold a category");
}

void read_messages(const Node& messages, std::map<std::string, MessageTemplate, std::less<>>& into,
                   std::vector<Finding>& findings)
{
    if (messages.kind() != Node::Kind::map)
        return add(findings, messages, "a map of messages is needed");
    for (const auto& [code, node] : messages.members()) {
        Fields inner{node, findings};
        MessageTemplate message;
        message.code = code;
        message.purpose = inner.one_of("purpose", {"code", "transaction", "service"});
        message.channels = inner.texts("channels");
        if (message.channels.empty()) inner.fault("channels", "must hold a channel");
        for (const auto& channel : message.channels) {
            if (channel != "sms" && channel != "push" && channel != "mail") {
                inner.fault("channels", "may hold sms, push and mail");
            }
        }
        message.text = inner.languages("text");
        if (!into.emplace(code, std::move(message)).second) {
            add(findings, node, "the message " + code + " is given in another file too");
        }
    }
}

}  // namespace bank::catalog::internal
