// SPDX-License-Identifier: Apache-2.0
// Any bytes as WebSocket frames: no crash, bounded messages, the same events however the bytes are
// cut.
#include <base/ensure.h>
#include <platform/http/internal/websocket_frames.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using platform::http::internal::FrameReader;
using Events = std::vector<std::pair<FrameReader::Event, std::string>>;

constexpr std::size_t message_bytes = 300;

Events read(std::string_view bytes, std::size_t packet)
{
    FrameReader reader(message_bytes);
    Events events;
    std::string buffer;
    while (!bytes.empty()) {
        buffer += bytes.substr(0, packet);
        bytes.remove_prefix(std::min(packet, bytes.size()));
        while (true) {
            const auto event = reader.next(buffer);
            if (event == FrameReader::Event::need_more) break;
            events.emplace_back(
                event, event == FrameReader::Event::violation ? std::string() : reader.payload());
            base::ensure(reader.payload().size() <= message_bytes);
            const bool over =
                event == FrameReader::Event::close || event == FrameReader::Event::violation;
            if (over) return events;
        }
    }
    return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    base::ensure(read(bytes, bytes.size() + 1) == read(bytes, 1 + data[0] % 8));
    return 0;
}
