// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace platform::http::internal {

/// Counts connections, in all and by address.
class Census {
public:
    Census(std::size_t most, std::size_t most_per_address)
        : most_(most), most_per_address_(most_per_address)
    {
    }

    bool enter(const std::string& address)
    {
        const std::lock_guard lock(mutex_);
        if (open_ >= most_) return false;
        auto& count = by_address_[address];
        if (count >= most_per_address_) return false;
        ++count;
        ++open_;
        return true;
    }

    void leave(const std::string& address)
    {
        const std::lock_guard lock(mutex_);
        const auto found = by_address_.find(address);
        if (--found->second == 0) by_address_.erase(found);
        --open_;
    }

    std::size_t open() const
    {
        const std::lock_guard lock(mutex_);
        return open_;
    }

private:
    const std::size_t most_;
    const std::size_t most_per_address_;
    mutable std::mutex mutex_;
    std::size_t open_ = 0;
    std::map<std::string, std::size_t> by_address_;
};

}  // namespace platform::http::internal
