// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <cstdint>
#include <string>
#include <vector>

namespace server {

/// Whether `address` means every address of this machine.
bool is_every_address(const std::string& address);

/// This machine's addresses on its networks: IPv4 and IPv6, without loopback and link-local ones.
std::vector<std::string> own_addresses();

/// Whether a program may listen there now; port 0 is any. Errors: server.address (no address, not
/// of this machine, or not ours to use), server.port_taken.
base::Result<void> can_listen(const std::string& address, std::uint16_t port);

/// An address or a name as it stands in a URL: IPv6 addresses in brackets (RFC 3986,
/// section 3.2.2).
std::string host_in_url(const std::string& host);

}  // namespace server
