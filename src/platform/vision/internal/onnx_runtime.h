// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace platform::vision::onnx {

// The part of ONNX Runtime's C interface that is used here, so that the build needs neither its
// headers nor its library. The interface is a table of functions whose order its makers promise
// never to change (they only append); a test of this module runs a network through it, and the
// library itself is pinned by its SHA-256. Every opaque type is a void pointer.

using Handle = void*;
using Status = void*;  // Null: all is well.

inline constexpr std::uint32_t interface_version = 16;
inline constexpr int log_errors = 3;
inline constexpr int all_optimisations = 99;
inline constexpr int arena_allocator = 1;
inline constexpr int default_memory = 0;
inline constexpr int float_elements = 1;

struct Functions {
    void* unused_0[2];
    const char* (*error_message)(Status);
    Status (*create_environment)(int log_level, const char* name, Handle* out);
    void* unused_4[3];
    Status (*create_session)(Handle environment, const char* path, Handle options, Handle* out);
    void* unused_8[1];
    Status (*run)(Handle session, Handle run_options, const char* const* input_names,
                  const Handle* inputs, std::size_t input_count, const char* const* output_names,
                  std::size_t output_count, Handle* outputs);
    Status (*create_session_options)(Handle* out);
    void* unused_11[6];
    Status (*disable_memory_pattern)(Handle options);
    void* unused_18[5];
    Status (*set_optimisation)(Handle options, int level);
    Status (*set_threads_within)(Handle options, int count);
    Status (*set_threads_between)(Handle options, int count);
    void* unused_26[23];
    Status (*create_tensor_over)(Handle memory, void* data, std::size_t bytes,
                                 const std::int64_t* shape, std::size_t rank, int element_type,
                                 Handle* out);
    void* unused_50[1];
    Status (*tensor_data)(Handle tensor, void** out);
    void* unused_52[9];
    Status (*rank)(Handle shape, std::size_t* out);
    Status (*dimensions)(Handle shape, std::int64_t* out, std::size_t rank);
    void* unused_63[2];
    Status (*shape_of)(Handle tensor, Handle* out);
    void* unused_66[3];
    Status (*create_memory_info)(int allocator, int memory, Handle* out);
    void* unused_70[22];
    void (*release_environment)(Handle);
    void (*release_status)(Status);
    void (*release_memory_info)(Handle);
    void (*release_session)(Handle);
    void (*release_value)(Handle);
    void* unused_97[2];
    void (*release_shape)(Handle);
    void (*release_session_options)(Handle);
};

static_assert(offsetof(Functions, release_session_options) == 100 * sizeof(void*));
static_assert(offsetof(Functions, create_tensor_over) == 49 * sizeof(void*));

/// What the library's one symbol, OrtGetApiBase, returns.
struct Base {
    const Functions* (*functions)(std::uint32_t version);
    const char* (*version)();
};

}  // namespace platform::vision::onnx
