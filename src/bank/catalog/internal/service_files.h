// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/internal/fields.h>
#include <bank/catalog/service.h>

#include <filesystem>
#include <map>
#include <string>

namespace bank::catalog::internal {

using Files = std::map<std::string, std::string>;

/// Everything that makes up the service `code`: the files of its folder, as "process.bpmn" the
/// shared shape that its service.yaml names, where it brings none of its own, and the shapes that
/// it calls under their own names ("processes/ask-partner.bpmn").
Files gather(const std::filesystem::path& bank_folder, const std::string& code,
             std::vector<Finding>& findings);

/// Checks files that came by themselves and adds the shared shapes that they use.
void complete(const std::filesystem::path& bank_folder, const std::string& code, Files& files,
              std::vector<Finding>& findings);

/// "processes/NAME.bpmn", the file of a shape that is called.
inline std::string called_file(const std::string& name)
{
    return "processes/" + name + ".bpmn";
}

/// Where the process stands of a service in `folder`: there, or the shared shape that its
/// service.yaml names.
std::string process_file(const std::string& folder, const Files& files);

/// SHA-256 over names and contents, in hexadecimal.
std::string hash_of(const Files& files);

/// Compiles what `gather` gave or a book kept. Version and time are not set.
std::shared_ptr<Service> compile_service(const std::string& code, Files files, const Bank& bank,
                                         std::vector<Finding>& findings);

/// The decisions of a service: its own DMN files, then the bank's. `warnings` gets what is odd
/// about its own tables.
std::shared_ptr<const engine::process::Decisions> compile_decisions(const std::string& folder,
                                                                    const Files& files,
                                                                    const Bank& bank,
                                                                    std::vector<Finding>& findings,
                                                                    std::vector<Finding>& warnings);

}  // namespace bank::catalog::internal
