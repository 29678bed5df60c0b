// SPDX-License-Identifier: Apache-2.0
#include <api/live.h>

#include <platform/json/value.h>

namespace api {

namespace {

constexpr std::uint16_t signed_out = 1008;  // RFC 6455 section 7.4.1: against a policy.

}  // namespace

void Live::join(const Listener& listener, SessionId session,
                const std::shared_ptr<platform::http::Socket>& socket)
{
    const std::lock_guard lock{mutex_};
    auto& members = members_[listener];
    // A listener who is never told anything would otherwise gather what has gone.
    std::erase_if(members, [](const Member& member) { return member.socket.expired(); });
    members.push_back({session, socket});
}

std::size_t Live::tell(const Listener& listener, std::string_view type, std::string_view id)
{
    std::vector<std::shared_ptr<platform::http::Socket>> present;
    {
        const std::lock_guard lock{mutex_};
        const auto it = members_.find(listener);
        if (it == members_.end()) return 0;
        std::erase_if(it->second, [&](const Member& member) {
            const auto socket = member.socket.lock();
            if (socket == nullptr || !socket->open()) return true;
            present.push_back(socket);
            return false;
        });
        if (it->second.empty()) members_.erase(it);
    }
    const std::string text =
        platform::json::serialise(platform::json::Object{{"type", type}, {"id", id}});
    for (const auto& socket : present) socket->send(text);
    return present.size();
}

/// Of what ends(listener, session) names.
template <class Ends>
void Live::end_where(Ends ends)
{
    std::vector<std::shared_ptr<platform::http::Socket>> ended;
    {
        const std::lock_guard lock{mutex_};
        for (auto& [listener, members] : members_) {
            std::erase_if(members, [&](const Member& member) {
                if (!ends(listener, member.session)) return false;
                if (auto socket = member.socket.lock()) ended.push_back(std::move(socket));
                return true;
            });
        }
    }
    for (const auto& socket : ended) socket->close(signed_out, "signed out");
}

void Live::end(SessionId session)
{
    end_where([&](const Listener&, SessionId of) { return of == session; });
}

void Live::end_others(const Listener& listener, SessionId kept)
{
    end_where([&](const Listener& one, SessionId of) { return one == listener && of != kept; });
}

std::size_t Live::count() const
{
    const std::lock_guard lock{mutex_};
    std::size_t count = 0;
    for (const auto& [listener, members] : members_) count += members.size();
    return count;
}

}  // namespace api
