// SPDX-License-Identifier: Apache-2.0
#include <server/addresses.h>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace server {

bool is_every_address(const std::string& address)
{
    return address == "0.0.0.0" || address == "::";
}

std::vector<std::string> own_addresses()
{
    std::vector<std::string> found;
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) return found;
    for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_LOOPBACK) != 0) continue;
        std::array<char, INET6_ADDRSTRLEN> text{};
        const void* bytes = nullptr;
        if (one->ifa_addr->sa_family == AF_INET) {
            bytes = &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr;
        } else if (one->ifa_addr->sa_family == AF_INET6) {
            const auto* six = reinterpret_cast<const sockaddr_in6*>(one->ifa_addr);
            if (!IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr)) bytes = &six->sin6_addr;
        }
        if (bytes != nullptr &&
            ::inet_ntop(one->ifa_addr->sa_family, bytes, text.data(), text.size()) != nullptr)
            found.emplace_back(text.data());
    }
    ::freeifaddrs(all);
    return found;
}

base::Result<void> can_listen(const std::string& address, std::uint16_t port)
{
    sockaddr_storage place{};
    socklen_t size = 0;
    if (auto* four = reinterpret_cast<sockaddr_in*>(&place);
        ::inet_pton(AF_INET, address.c_str(), &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons(port);
        size = sizeof *four;
    } else if (auto* six = reinterpret_cast<sockaddr_in6*>(&place);
               ::inet_pton(AF_INET6, address.c_str(), &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons(port);
        size = sizeof *six;
    } else {
        return base::invalid("server.address",
                             "--listen is an address like 127.0.0.1 or 0.0.0.0, not “" + address +
                                 "”; a name is given by --rp-id");
    }
    const int probe = ::socket(place.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    const bool bound = probe >= 0 &&
                       ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                       ::bind(probe, reinterpret_cast<const sockaddr*>(&place), size) == 0;
    const int why = errno;
    if (probe >= 0) ::close(probe);
    if (bound) return {};
    const std::string at = host_in_url(address) + ":" + std::to_string(port);
    if (why == EADDRINUSE)
        return base::unavailable("server.port_taken",
                                 "another program listens on " + at + "; choose one by --port");
    if (why == EADDRNOTAVAIL)
        return base::invalid("server.address", address + " is no address of this machine");
    return base::unavailable("server.address", at + ": " + std::generic_category().message(why));
}

std::string host_in_url(const std::string& host)
{
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace server
