// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/vision/image.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace platform::vision {

/// One character that was read, with the net's probability of it.
struct Character {
    std::string text;  // UTF-8.
    float confidence = 0;
    float x = 0;  // Centre, in pixels of the picture, along a level line.
};

/// A line of print.
struct TextLine {
    std::string text{};
    Box box{};
    float confidence = 0;  // Mean over the characters.
    std::vector<Character> characters{};
};

/// Reads Chinese and Latin print (PP-OCRv4). The nets are loaded on first use (about 90 MB
/// resident) and shared; each call computes on the caller's thread alone. Thread-safe.
class TextReader {
public:
    /// `models` is the folder that tools/setup/models.py fills. Nothing is opened yet.
    explicit TextReader(std::filesystem::path models);
    ~TextReader();

    /// The level lines of print, top to bottom, then left to right. Throws std::runtime_error
    /// where a model is missing.
    std::vector<TextLine> read(const Image& image);

    /// One line that fills `image`, without searching for it. Empty text where nothing is read.
    TextLine read_line(const Image& image);

private:
    struct Nets;
    std::unique_ptr<Nets> nets_;
};

}  // namespace platform::vision
