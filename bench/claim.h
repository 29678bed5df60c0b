// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

namespace bench {

/// Makes a campaign of `stock` pieces and signs in `people`, each once; writes the campaign's id
/// and a line for each person's session to `file`.
int prepare_claims(const std::filesystem::path& source_root, const std::filesystem::path& data,
                   const std::filesystem::path& file, std::int64_t people, std::int64_t stock);

/// Has everybody of `file` claim once over so many connections; prints the figures as JSON.
int load_claims(const std::filesystem::path& file, std::uint16_t port, std::size_t connections);

}  // namespace bench
