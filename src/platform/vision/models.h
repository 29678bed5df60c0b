// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace platform::vision {

/// Where the models lie: $YUNGUI_MODELS, else .cache/models under `source_root`.
std::filesystem::path models_folder(const std::filesystem::path& source_root);

/// Whether every model that the readers need is there, without opening one.
bool models_present(const std::filesystem::path& models);

}  // namespace platform::vision
