// SPDX-License-Identifier: Apache-2.0
#include <platform/vision/internal/net.h>
#include <platform/vision/internal/onnx_runtime.h>

#include <dlfcn.h>

#include <stdexcept>

namespace platform::vision {

namespace {

struct Runtime {
    const onnx::Functions* api = nullptr;
    onnx::Handle environment = nullptr;
    onnx::Handle memory = nullptr;

    void check(onnx::Status status, const std::string& what) const
    {
        if (status == nullptr) return;
        std::string message = what + ": " + api->error_message(status);
        api->release_status(status);
        throw std::runtime_error(message);
    }
};

Runtime load(const std::filesystem::path& models)
{
    const std::string path = (models / "libonnxruntime.so").string();
    // RTLD_LOCAL: its many symbols must not meet those of other libraries.
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
        throw std::runtime_error("vision: " + path +
                                 " cannot be loaded; run tools/setup/models.py");
    auto* get = reinterpret_cast<const onnx::Base* (*)()>(dlsym(library, "OrtGetApiBase"));
    Runtime runtime;
    runtime.api = get == nullptr ? nullptr : get()->functions(onnx::interface_version);
    if (runtime.api == nullptr) throw std::runtime_error("vision: " + path + " is too old");
    const onnx::Functions& api = *runtime.api;
    runtime.check(api.create_environment(onnx::log_errors, "yungui", &runtime.environment), path);
    runtime.check(
        api.create_memory_info(onnx::arena_allocator, onnx::default_memory, &runtime.memory), path);
    return runtime;
}

/// Loaded once and kept until the program ends.
const Runtime& runtime(const std::filesystem::path& models)
{
    static const Runtime loaded = load(models);
    return loaded;
}

/// Releases what a run made, also when it throws.
template <class Release>
struct Guard {
    Release release;
    ~Guard() { release(); }
};

template <class Release>
Guard(Release) -> Guard<Release>;

}  // namespace

struct Net::Session {
    const Runtime& ort;
    std::string file, input;
    std::vector<std::string> outputs;
    onnx::Handle handle = nullptr;

    ~Session()
    {
        if (handle != nullptr) ort.api->release_session(handle);
    }
};

Net::Net(const std::filesystem::path& models, const std::string& file, std::string input,
         std::vector<std::string> outputs)
    : session_(new Session{runtime(models), file, std::move(input), std::move(outputs)})
{
    const Runtime& ort = session_->ort;
    onnx::Handle options = nullptr;
    ort.check(ort.api->create_session_options(&options), file);
    const Guard guard{[&] { ort.api->release_session_options(options); }};
    ort.check(ort.api->set_optimisation(options, onnx::all_optimisations), file);
    ort.check(ort.api->set_threads_within(options, 1), file);
    ort.check(ort.api->set_threads_between(options, 1), file);
    // Pictures come in many sizes. What a run works on is kept for the next one: fetched anew from
    // the system, it took a fifth of the time. It is bounded, as the sides of a net's input are.
    ort.check(ort.api->disable_memory_pattern(options), file);
    ort.check(ort.api->create_session(ort.environment, (models / file).c_str(), options,
                                      &session_->handle),
              file);
}

Net::~Net() = default;
Net::Net(Net&&) noexcept = default;

std::vector<Tensor> Net::run(std::span<const std::int64_t> shape, std::span<float> values) const
{
    const Runtime& ort = session_->ort;
    const onnx::Functions& api = *ort.api;
    const std::size_t count = session_->outputs.size();
    onnx::Handle input = nullptr;
    std::vector<onnx::Handle> results(count, nullptr);
    const Guard guard{[&] {
        if (input != nullptr) api.release_value(input);
        for (onnx::Handle result : results)
            if (result != nullptr) api.release_value(result);
    }};
    ort.check(api.create_tensor_over(ort.memory, values.data(), values.size_bytes(), shape.data(),
                                     shape.size(), onnx::float_elements, &input),
              session_->file);
    const char* input_name = session_->input.c_str();
    std::vector<const char*> output_names;
    for (const std::string& name : session_->outputs) output_names.push_back(name.c_str());
    ort.check(api.run(session_->handle, nullptr, &input_name, &input, 1, output_names.data(), count,
                      results.data()),
              session_->file);

    std::vector<Tensor> out(count);
    for (std::size_t i = 0; i < count; ++i) {
        onnx::Handle described = nullptr;
        ort.check(api.shape_of(results[i], &described), session_->file);
        const Guard shape_guard{[&] { api.release_shape(described); }};
        std::size_t rank = 0;
        ort.check(api.rank(described, &rank), session_->file);
        out[i].shape.resize(rank);
        ort.check(api.dimensions(described, out[i].shape.data(), rank), session_->file);
        std::size_t size = 1;
        for (const std::int64_t d : out[i].shape) size *= static_cast<std::size_t>(d);
        void* data = nullptr;
        ort.check(api.tensor_data(results[i], &data), session_->file);
        const auto* first = static_cast<const float*>(data);
        out[i].values.assign(first, first + size);
    }
    return out;
}

}  // namespace platform::vision
