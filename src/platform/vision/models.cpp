// SPDX-License-Identifier: Apache-2.0
#include <platform/vision/models.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace platform::vision {

std::filesystem::path models_folder(const std::filesystem::path& source_root)
{
    const char* chosen = std::getenv("YUNGUI_MODELS");
    return chosen != nullptr && *chosen != '\0' ? std::filesystem::path{chosen}
                                                : source_root / ".cache/models";
}

bool models_present(const std::filesystem::path& models)
{
    static constexpr std::array files{"libonnxruntime.so",  "ocr_detect.onnx",  "ocr_read.onnx",
                                      "ocr_characters.txt", "face_detect.onnx", "face_mesh.onnx",
                                      "face_embed.onnx"};
    std::error_code ignored;
    return std::ranges::all_of(files, [&](const char* file) {
        return std::filesystem::is_regular_file(models / file, ignored);
    });
}

}  // namespace platform::vision
