// SPDX-License-Identifier: Apache-2.0
// Any bytes as the signature headers of a request: no crash, and never believed.
#include <base/ensure.h>
#include <platform/signing/message_signature.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    namespace signing = platform::signing;
    const std::string all(reinterpret_cast<const char*>(data), size);
    const auto cut = std::min(all.find('\n'), all.size());
    platform::http::Request request;
    request.method = platform::http::Method::post;
    request.target = "/police/questions";
    request.headers = {
        {"Signature-Input", all.substr(0, cut)},
        {"Signature", cut == all.size() ? std::string() : all.substr(cut + 1)},
        {"Content-Digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"}};
    const platform::crypto::SecretKey secret;
    const auto found = signing::verify(
        request, [&](std::string_view) { return std::optional(secret); },
        base::parse_instant("2026-11-21T08:00:00Z").value());
    base::ensure(!found);
    return 0;
}
