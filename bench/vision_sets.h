// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/vision/face_reader.h>
#include <platform/vision/text_reader.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace bench {

using Figures = std::vector<std::pair<std::string, double>>;

/// What all parts of the bench share.
struct VisionBench {
    std::filesystem::path root;
    platform::vision::TextReader& text;
    platform::vision::FaceReader& faces;
    Figures figures{};
};

// Each adds its figures.
void measure_cards(VisionBench& bench);     // ocr_s, ocr_field_accuracy_*
void measure_faces(VisionBench& bench);     // face_s, face_far, face_frr with their bounds
void measure_liveness(VisionBench& bench);  // liveness_pass, attack_pass

/// The folder of a generated set of tools/synthetic, made where it is not there yet; or the one of
/// that name in $YUNGUI_BENCH_SETS.
std::filesystem::path generated(const VisionBench& bench, const char* set, int count);

std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder);
std::string slurp(const std::filesystem::path& file);

/// Seconds that this thread has computed: of one core, whatever else the machine does.
double thread_seconds();

void progress(const char* what, std::size_t done, std::size_t all);

/// The bound that a rate stays under with 95 % certainty (Clopper and Pearson 1934, one-sided),
/// after `hits` in `tries` independent ones.
double upper_bound_95(int hits, int tries);

}  // namespace bench
