// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platform::xml {

/// What a streamed document may hold before it is refused.
struct StreamLimits {
    std::size_t bytes = 64 << 20;
    std::size_t depth = 64;
    std::size_t elements = 20'000'000;
};

/// An element as it begins. Views live for the time of the call.
struct Element {
    std::string_view namespace_uri;
    std::string_view name;                                                  // Without prefix.
    std::vector<std::pair<std::string_view, std::string_view>> attributes;  // Without prefixes.

    /// The attribute's value, or an empty view.
    std::string_view attribute(std::string_view wanted) const
    {
        for (const auto& [key, value] : attributes) {
            if (key == wanted) return value;
        }
        return {};
    }
};

/// Who hears what a document holds, in its order. An error ends the reading and is its outcome.
class StreamHandler {
public:
    virtual ~StreamHandler() = default;
    virtual base::Result<void> begin(const Element& element) = 0;
    virtual base::Result<void> end(std::string_view name) = 0;
    /// Character data of the innermost element; may come in pieces.
    virtual base::Result<void> text(std::string_view piece) = 0;
};

/// Reads XML 1.0 in pieces, without keeping it: for documents of any length. Document type
/// declarations are refused, and with them every entity beyond the five of XML.
class Stream {
public:
    explicit Stream(StreamHandler& handler, const StreamLimits& limits = {});
    ~Stream();

    /// Errors: the handler's, xml.too_large, xml.too_deep, xml.too_many_nodes,
    /// xml.doctype_refused, xml.malformed (details name the line). After an error no more.
    base::Result<void> feed(std::string_view piece);
    /// No more comes. Errors: as feed.
    base::Result<void> finish();

    /// Where the reading is, counted from 1.
    int line() const;

private:
    struct State;
    base::Result<void> parse(std::string_view piece, bool last);

    std::unique_ptr<State> state_;
};

}  // namespace platform::xml
