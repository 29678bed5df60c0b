// SPDX-License-Identifier: Apache-2.0
#include <api/live.h>

#include <platform/json/value.h>

namespace api {

void Live::join(const Listener& listener, const std::shared_ptr<platform::http::Socket>& socket)
{
    const std::lock_guard lock{mutex_};
    auto& sockets = sockets_[listener];
    // A listener who is never told anything would otherwise gather what has gone.
    std::erase_if(sockets, [](const auto& weak) { return weak.expired(); });
    sockets.push_back(socket);
}

std::size_t Live::tell(const Listener& listener, std::string_view type, std::string_view id)
{
    std::vector<std::shared_ptr<platform::http::Socket>> present;
    {
        const std::lock_guard lock{mutex_};
        const auto it = sockets_.find(listener);
        if (it == sockets_.end()) return 0;
        std::erase_if(it->second, [&](const auto& weak) {
            const auto socket = weak.lock();
            if (socket == nullptr || !socket->open()) return true;
            present.push_back(socket);
            return false;
        });
        if (it->second.empty()) sockets_.erase(it);
    }
    const std::string text =
        platform::json::serialise(platform::json::Object{{"type", type}, {"id", id}});
    for (const auto& socket : present) socket->send(text);
    return present.size();
}

std::size_t Live::count() const
{
    const std::lock_guard lock{mutex_};
    std::size_t count = 0;
    for (const auto& [listener, sockets] : sockets_) count += sockets.size();
    return count;
}

}  // namespace api
