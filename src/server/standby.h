// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <server/settings.h>

#include <platform/http/server.h>

namespace server {

/// Stands at the bank's address while its books are not this node's yet: whatever is asked is
/// answered 503 `server.standby` with Retry-After, so that a balancer passes this node by and a
/// caller asks again. Nothing is read or done.
class Standby {
public:
    /// Listens. Throws std::runtime_error where the address is taken.
    explicit Standby(const Settings& settings);

private:
    platform::http::Server server_;
};

}  // namespace server
