// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/internal/service_files.h>
#include <platform/charset/charset.h>
#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>

#include <algorithm>

namespace bank::catalog::internal {

namespace {

constexpr std::size_t most_files = 40;

bool belongs(const std::string& name)
{
    return name == "service.yaml" || name == "form.json" || name == "messages.yaml" ||
           name == "phrases.txt" || name == "scenario.yaml" || name == "process.bpmn" ||
           name.ends_with(".dmn");
}

/// A name from a file that becomes part of a path.
bool is_plain_name(const std::string& name)
{
    return !name.empty() &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

void add_shape(const std::filesystem::path& bank_folder, const std::string& shown, Files& files,
               std::vector<Finding>& findings)
{
    const auto manifest =
        platform::config::parse_yaml(files["service.yaml"], shown + "service.yaml");
    if (!manifest) return;  // Compiling tells.
    const Node* shape = manifest.value().find("process");
    if (shape == nullptr) {
        return add(findings, manifest.value(),
                   "\"process\" is missing, and there is no process.bpmn");
    }
    const std::string name = "processes/" + shape->text() + ".bpmn";
    if (!is_plain_name(shape->text())) {
        return add(findings, *shape, "\"process\" must name a file of processes/");
    }
    auto text = platform::config::read_text(bank_folder / name, name);
    if (!text) return add(findings, *shape, "there is no " + name);
    files["process.bpmn"] = std::move(text).value();
}

/// The shapes that the process calls, and those that they call; what is missing compiling tells.
void add_called(const std::filesystem::path& bank_folder, Files& files)
{
    std::vector<std::string> open = engine::process::called_processes(files["process.bpmn"]);
    while (!open.empty() && files.size() < most_files) {
        const std::string called = open.back();
        open.pop_back();
        const std::string name = called_file(called);
        if (!is_plain_name(called) || files.contains(name)) continue;
        auto text = platform::config::read_text(bank_folder / name, name);
        if (!text) continue;
        for (std::string& more : engine::process::called_processes(text.value())) {
            open.push_back(std::move(more));
        }
        files[name] = std::move(text).value();
    }
}

void complete_files(const std::filesystem::path& bank_folder, const std::string& shown,
                    Files& files, std::vector<Finding>& findings)
{
    for (const char* needed : {"service.yaml", "form.json", "messages.yaml", "phrases.txt"}) {
        if (!files.contains(needed)) findings.push_back({shown + needed, 0, "is missing"});
    }
    if (!files.contains("process.bpmn") && files.contains("service.yaml")) {
        add_shape(bank_folder, shown, files, findings);
    }
    if (files.contains("process.bpmn")) add_called(bank_folder, files);
}

}  // namespace

Files gather(const std::filesystem::path& bank_folder, const std::string& code,
             std::vector<Finding>& findings)
{
    Files files;
    const std::string shown = "services/" + code + "/";
    std::error_code ignored;
    for (const auto& entry :
         std::filesystem::directory_iterator{bank_folder / "services" / code, ignored}) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(".")) continue;
        if (!entry.is_regular_file() || !belongs(name) || files.size() >= most_files) {
            findings.push_back({shown + name, 0, "does not belong in a service's folder"});
            continue;
        }
        auto text = platform::config::read_text(entry.path(), shown + name);
        if (text) {
            if (const auto bad = platform::charset::bad_utf8(text.value())) {
                const auto before = std::string_view{text.value()}.substr(0, *bad);
                findings.push_back({shown + name,
                                    1 + static_cast<int>(std::ranges::count(before, '\n')),
                                    "is no UTF-8"});
            }
            files.emplace(name, std::move(text).value());
        } else {
            findings.push_back(finding_of(text.error(), shown + name));
        }
    }
    complete_files(bank_folder, shown, files, findings);
    return files;
}

void complete(const std::filesystem::path& bank_folder, const std::string& code, Files& files,
              std::vector<Finding>& findings)
{
    const std::string shown = "services/" + code + "/";
    if (!is_plain_name(code)) {
        findings.push_back({shown, 0, "a code has small letters, digits and hyphens only"});
        return;
    }
    for (const auto& [name, content] : files) {
        if (!belongs(name))
            findings.push_back({shown + name, 0, "does not belong in a service's folder"});
    }
    if (files.size() > most_files) findings.push_back({shown, 0, "has too many files"});
    if (findings.empty()) complete_files(bank_folder, shown, files, findings);
}

std::string process_file(const std::string& folder, const Files& files)
{
    const auto manifest = files.find("service.yaml");
    if (manifest != files.end()) {
        const auto root = platform::config::parse_yaml(manifest->second, manifest->first);
        const Node* shape = root ? root.value().find("process") : nullptr;
        if (shape != nullptr && is_plain_name(shape->text())) return called_file(shape->text());
    }
    return folder + "process.bpmn";
}

std::string hash_of(const Files& files)
{
    platform::crypto::Bytes bytes;
    for (const auto& [name, content] : files) {
        platform::crypto::append_framed(bytes, platform::crypto::as_bytes(name));
        platform::crypto::append_framed(bytes, platform::crypto::as_bytes(content));
    }
    return platform::crypto::to_hex(platform::crypto::sha256(bytes));
}

}  // namespace bank::catalog::internal
