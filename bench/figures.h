// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace bench {

/// The figures of one measurement: told on standard error as they come, and at the end as one JSON
/// object where that is wanted.
class Figures {
public:
    void note(std::string name, double value);
    /// `{"bench": …, "machine": {…}, "figures": {…}}` on standard output, if `json`.
    void print(const std::string& bench, bool json) const;

private:
    std::vector<std::pair<std::string, double>> figures_;
};

}  // namespace bench
