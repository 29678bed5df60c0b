// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <api/parts.h>

namespace api {

/// A proof that lies on the desk for the time of one request.
class ProofOnDesk {
public:
    explicit ProofOnDesk(ProofDesk& desk) : desk_(desk) {}
    ~ProofOnDesk()
    {
        if (number_ != 0) desk_.take(number_);
    }
    ProofOnDesk(const ProofOnDesk&) = delete;
    ProofOnDesk& operator=(const ProofOnDesk&) = delete;

    /// Nothing where `token` is empty. Errors: authentication.proof_forged.
    base::Result<void> put(std::string_view token)
    {
        if (!token.empty()) number_ = TRY(desk_.put(token));
        return {};
    }
    std::uint64_t number() const { return number_; }

private:
    ProofDesk& desk_;
    std::uint64_t number_ = 0;
};

}  // namespace api
