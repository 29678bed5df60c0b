// SPDX-License-Identifier: Apache-2.0
// Any bytes as CBOR: no crash, no hang, and what is read and written again stays the same.
#include <base/ensure.h>
#include <platform/cbor/value.h>

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    namespace cbor = platform::cbor;
    const auto read = cbor::decode({data, size});
    if (!read) return 0;
    const cbor::Bytes written = cbor::encode(read.value());
    const auto again = cbor::decode(written, {.canonical = true});
    base::ensure(again.has_value());
    base::ensure(cbor::encode(again.value()) == written);
    return 0;
}
