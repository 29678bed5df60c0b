// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace platform::vision {

/// A block of numbers with its shape, last axis fastest.
struct Tensor {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

/// A network in ONNX form. Runs on the caller's thread alone, without a pool of threads. Any
/// number of threads may run one at once. Constructor and run throw std::runtime_error with the
/// file's name where the file or the runtime is missing or broken.
class Net {
public:
    /// `models` also holds libonnxruntime.so, which the first Net of the program loads.
    Net(const std::filesystem::path& models, const std::string& file, std::string input,
        std::vector<std::string> outputs);
    ~Net();
    Net(Net&&) noexcept;

    std::vector<Tensor> run(std::span<const std::int64_t> shape, std::span<float> values) const;

private:
    struct Session;
    std::unique_ptr<Session> session_;
};

}  // namespace platform::vision
