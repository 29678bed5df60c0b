// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <filesystem>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace engine::dmn {

/// How a folder of cases went, laid out like the DMN compatibility kit
/// (<level>/<topic>/{*.dmn, *-test-*.xml}).
struct Conformance {
    struct Score {
        int passed = 0;
        int all = 0;
        int value_passed = 0;  // Of the cases that expect something other than null.
        int value_all = 0;
    };
    struct Failure {
        std::string where;  // "compliance-level-3/0001-x/0001-x-test-01.xml case 003 \"Result\""
        std::string expected;
        std::string got;
    };

    std::map<std::string, Score> levels;  // "2", "3"
    std::vector<Failure> failures;
};

/// Runs every case below `folder`. Numbers agree within 1e-8, relative to their size.
/// Errors: dmn.no_cases.
base::Result<Conformance> run_conformance(const std::filesystem::path& folder);

/// `yungui dmn test DIR [--json]`: prints the scores by level and each failure in a line, or as
/// JSON
/// {"levels": {"2": {"passed", "all", "value_passed", "value_all"}, …}, "failures": […]}. Answers 0
/// where all passed, 1 where not, 2 where there is nothing to run.
int test_folder(const std::filesystem::path& folder, bool json, std::ostream& out);

}  // namespace engine::dmn
