// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/catalog.h>
#include <bank/catalog/internal/bank_files.h>
#include <bank/catalog/internal/service_files.h>
#include <bank/catalog/internal/workbench.h>

#include <algorithm>
#include <sstream>

namespace bank::catalog {

namespace internal {

namespace json = platform::json;

namespace {

std::optional<Node> yaml(const Service& service, const std::string& name,
                         std::vector<Finding>& findings)
{
    const auto file = service.files.find(name);
    if (file == service.files.end()) return std::nullopt;
    const std::string shown = "services/" + service.code + "/" + name;
    auto root = platform::config::parse_yaml(file->second, shown);
    if (!root) {
        findings.push_back(finding_of(root.error(), shown));
        return std::nullopt;
    }
    return std::move(root).value();
}

void read_texts(Fields& fields, std::string_view name,
                std::map<std::string, base::Text, std::less<>>& into,
                std::vector<Finding>& findings)
{
    for (const auto& [code, node] : fields.members(name)) {
        into.emplace(code, read_languages(node, findings));
    }
}

void read_words(const Node& root, Service& service, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    if (const Node* messages = fields.node("messages")) {
        read_messages(*messages, service.messages, findings);
    }
    for (const auto& [code, node] : fields.members("pages")) {
        Fields page{node, findings};
        service.pages.emplace(code, EndPage{page.languages("title"), page.languages("text")});
    }
    read_texts(fields, "waiting", service.waiting, findings);
    const auto& shown = fields.items("shown");
    if (service.process != nullptr) {
        for (const Node& node : shown) {
            Fields row{node, findings};
            auto label = row.languages("label");
            service.shown.push_back(
                {std::move(label), row.feel("value", service.process->variables())});
        }
    }
    read_texts(fields, "reasons", service.reasons, findings);
    read_texts(fields, "review", service.review_reasons, findings);
    for (const auto& [section, node] : fields.members("again")) {
        Fields again{node, findings};
        for (const auto& [reason, text] : node.members()) {
            again.node(reason);
            service.again[section].emplace(reason, read_languages(text, findings));
        }
    }
}

/// As Node::to_json, but a plain decimal is a number: expressions compute with settings.
json::Value settings_of(const Node& node)
{
    switch (node.kind()) {
        case Node::Kind::list: {
            json::Array array;
            for (const Node& item : node.items()) array.push_back(settings_of(item));
            return array;
        }
        case Node::Kind::map: {
            json::Object object;
            for (const auto& [name, value] : node.members()) object.set(name, settings_of(value));
            return object;
        }
        case Node::Kind::scalar:
        case Node::Kind::null:
            break;
    }
    json::Value value = node.to_json();
    if (node.quoted() || value.string() == nullptr) return value;
    const auto number = json::parse(node.text());
    return number && number.value().real() != nullptr ? number.value() : value;
}

void read_manifest(const Node& root, Service& service, const Bank& bank,
                   std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    if (fields.text("code") != service.code) fields.fault("code", "must be the folder's name");
    service.name = fields.languages("name");
    service.summary = fields.languages("summary");
    service.category = fields.text("category");
    service.icon = fields.text_or("icon", "");
    service.audience = fields.one_of("audience", {"visitor", "customer"});
    service.one_at_a_time = fields.boolean_or("one_at_a_time", true);
    service.no_cancel_once = fields.text_or("no_cancel_once", "");
    fields.text_or("process", "");
    if (const Node* settings = fields.node("settings")) service.settings = settings_of(*settings);
    for (const Node& node : fields.items("steps", true)) {
        Fields step{node, findings};
        service.steps.push_back({step.text("section"), step.languages("title")});
        if (service.form.section(service.steps.back().section) == nullptr) {
            step.fault("section", "names no section of form.json");
        }
    }
    read_workbench(fields, service, bank, findings);
}

void read_phrases(Service& service)
{
    std::istringstream lines{service.files["phrases.txt"]};
    for (std::string line; std::getline(lines, line);) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
        if (!line.empty() && line[0] != '#') service.phrases.push_back(line);
    }
}

}  // namespace

std::shared_ptr<Service> compile_service(const std::string& code, Files files, const Bank& bank,
                                         std::vector<Finding>& findings)
{
    const std::size_t before = findings.size();
    auto service = std::make_shared<Service>();
    service->code = code;
    service->hash = hash_of(files);
    service->files = std::move(files);
    const std::string folder = "services/" + code + "/";

    service->form = Form::read(service->files["form.json"], folder + "form.json", findings);
    const auto decisions =
        compile_decisions(folder, service->files, bank, findings, service->warnings);
    service->process_file = process_file(folder, service->files);
    service->process = engine::process::Definition::compile(
        service->files["process.bpmn"], service->process_file, decisions, findings,
        [&](const std::string& name) -> std::optional<engine::process::ProcessFile> {
            const auto found = service->files.find(called_file(name));
            if (found == service->files.end()) return std::nullopt;
            return engine::process::ProcessFile{found->second, found->first};
        });
    read_phrases(*service);
    if (const auto words = yaml(*service, "messages.yaml", findings)) {
        read_words(*words, *service, findings);
    }
    const auto manifest = yaml(*service, "service.yaml", findings);
    if (manifest) read_manifest(*manifest, *service, bank, findings);
    if (const auto scenario = yaml(*service, "scenario.yaml", findings))
        service->scenario = *scenario;
    if (service->process != nullptr && manifest) check_process(*service, bank, findings);
    return findings.size() == before ? service : nullptr;
}

}  // namespace internal

ServicePtr load_service(const std::filesystem::path& bank_folder, const std::string& code,
                        const Bank& bank, Findings& findings)
{
    const std::size_t before = findings.size();
    auto files = internal::gather(bank_folder, code, findings);
    if (findings.size() != before) return nullptr;
    return internal::compile_service(code, std::move(files), bank, findings);
}

}  // namespace bank::catalog
