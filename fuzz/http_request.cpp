// SPDX-License-Identifier: Apache-2.0
// Any bytes as HTTP requests: no crash, the same reading however the bytes are cut into packets,
// and a path that never leaves its folder.
#include <base/ensure.h>
#include <platform/http/internal/request_parser.h>
#include <platform/http/internal/target.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

namespace http = platform::http;
using http::internal::RequestParser;

struct Reading {
    http::Request request;
    RequestParser::State state = RequestParser::State::header;
    int status = 0;
};

/// Reads one request that comes in packets of `packet` bytes.
void read(std::string_view bytes, std::size_t packet, Reading& out)
{
    RequestParser parser(2048);
    parser.begin(out.request);
    std::string buffer;
    while (true) {
        const auto state = parser.state();
        const bool ended =
            state == RequestParser::State::complete || state == RequestParser::State::refused;
        if (ended || bytes.empty()) break;
        buffer += bytes.substr(0, packet);
        bytes.remove_prefix(std::min(packet, bytes.size()));
        while (!buffer.empty()) {
            const auto used = parser.feed(buffer);
            buffer.erase(0, used);
            if (parser.state() == RequestParser::State::body) parser.set_body_limit(512);
            if (used == 0 || parser.state() == RequestParser::State::complete ||
                parser.state() == RequestParser::State::refused) {
                break;
            }
        }
    }
    out.state = parser.state();
    if (out.state == RequestParser::State::refused) out.status = parser.status();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    Reading whole;
    Reading cut;
    read(bytes, bytes.size() + 1, whole);
    read(bytes, 1 + data[0] % 16, cut);
    const bool complete = whole.state == RequestParser::State::complete;
    base::ensure(complete == (cut.state == RequestParser::State::complete));
    if (!complete) return 0;
    base::ensure(whole.request.method == cut.request.method);
    base::ensure(whole.request.path == cut.request.path);
    base::ensure(whole.request.query == cut.request.query);
    base::ensure(whole.request.headers == cut.request.headers);
    base::ensure(whole.request.body == cut.request.body && whole.request.body.size() <= 512);
    const auto& path = whole.request.path;
    base::ensure(http::internal::is_plain_utf8(path));
    base::ensure(path == "*" || path.starts_with('/'));
    base::ensure((path + '/').find("/../") == std::string::npos);
    return 0;
}
