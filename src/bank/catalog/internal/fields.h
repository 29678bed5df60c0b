// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/money.h>
#include <base/text.h>
#include <engine/feel/expression.h>
#include <platform/config/finding.h>
#include <platform/config/node.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace bank::catalog::internal {

using platform::config::Finding;
using platform::config::Node;

/// Reads the members of one map, noting what is missing, of the wrong kind, or not known at all.
///
/// Every reader answers something usable, so that one run finds all that is wrong; whether the
/// result may be used is for the findings to say.
class Fields {
public:
    /// Not a map: a finding, and everything reads as absent.
    Fields(const Node& node, std::vector<Finding>& findings);

    /// Names that nobody asked for become findings: a typing error is never passed over.
    ~Fields();
    Fields(const Fields&) = delete;
    Fields& operator=(const Fields&) = delete;

    std::string text(std::string_view name);  // Required, not empty.
    std::string text_or(std::string_view name, std::string otherwise);
    std::string one_of(std::string_view name, const std::vector<std::string>& allowed);
    std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most);
    std::int64_t integer_or(std::string_view name, std::int64_t least, std::int64_t most,
                            std::int64_t otherwise);
    bool boolean_or(std::string_view name, bool otherwise);
    base::Text languages(std::string_view name);  // Required; at least zh and en.
    base::Text languages_or_empty(std::string_view name);
    base::Money money(std::string_view name, base::Currency currency);
    std::optional<base::Money> money_if_given(std::string_view name, base::Currency currency);
    std::optional<base::Date> date_if_given(std::string_view name);
    base::Instant instant(std::string_view name);           // RFC 3339; required.
    std::vector<std::string> texts(std::string_view name);  // Absent: empty.
    using Names = std::vector<std::string>;
    std::optional<engine::feel::Expression> feel_if_given(std::string_view name,
                                                          const Names& names);
    engine::feel::Expression feel(std::string_view name, const Names& names);  // Required.

    /// The member itself, noted as known; nullptr where absent (`required`: a finding).
    const Node* node(std::string_view name, bool required = false);
    /// Items of a list; absent: none.
    const std::vector<Node>& items(std::string_view name, bool required = false);
    const std::vector<Node::Member>& members(std::string_view name);

    void fault(std::string_view name, const std::string& message);
    const Node& self() const { return node_; }

private:
    const Node* scalar(std::string_view name, bool required);

    const Node& node_;
    std::vector<Finding>& findings_;
    std::set<std::string, std::less<>> known_;
};

void add(std::vector<Finding>& findings, const Node& node, std::string message);

/// A text in languages from a node; a finding where it is none.
base::Text read_languages(const Node& node, std::vector<Finding>& findings);

/// Compiles FEEL over the variables `names`; a finding where it does not compile.
std::optional<engine::feel::Expression> read_feel(const Node& node,
                                                  const std::vector<std::string>& names,
                                                  std::vector<Finding>& findings);

using platform::config::finding_of;

}  // namespace bank::catalog::internal
