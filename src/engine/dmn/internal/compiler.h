// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/dmn/internal/element.h>
#include <platform/xml/xml.h>

namespace engine::dmn {

/// Turns boxed expressions of the XML into boxes.
class BoxCompiler {
public:
    BoxCompiler(std::string file_name, const LoadOptions& options, ModelData& data,
                const std::map<std::string, std::shared_ptr<const Item>, std::less<>>& items)
        : file_name_(std::move(file_name)), options_(options), data_(data), items_(items)
    {
    }

    using Node = platform::xml::Node;

    /// The boxed expression among the children of `parent`; null where there is none.
    base::Result<BoxPointer> child(const Node& parent, feel::Scope& scope,
                                   const std::string& owner);

    /// The boxed expression `node` itself.
    base::Result<BoxPointer> box(const Node& node, feel::Scope& scope, const std::string& owner);

    /// A functionDefinition, made in a frame of which `scope.depth()` slots are taken.
    base::Result<std::shared_ptr<BoxFunction>> function(const Node& node, feel::Scope& scope,
                                                        const std::string& owner);

    /// The item that `node`'s typeRef names; null where it has none.
    base::Result<std::shared_ptr<const Item>> typed_by(const Node& node);
    base::Result<std::shared_ptr<const Item>> item_named(const Node& node, std::string_view name);

    base::Error refuse(const Node& node, std::string_view reason, const std::string& what) const;
    base::Error unknown_box(const Node& node) const;

    /// In lenient mode a finding, else the error.
    base::Result<void> refuse_or_note(const base::Error& error, const Node& node);

private:
    base::Result<BoxPointer> boxed(const Node& node, feel::Scope& scope, const std::string& owner);
    base::Result<BoxPointer> literal(const Node& node, feel::Scope& scope);
    base::Result<BoxPointer> context(const Node& node, feel::Scope& scope,
                                     const std::string& owner);
    base::Result<BoxPointer> relation(const Node& node, feel::Scope& scope,
                                      const std::string& owner);
    base::Result<BoxPointer> list(const Node& node, feel::Scope& scope, const std::string& owner);
    base::Result<BoxPointer> invocation(const Node& node, feel::Scope& scope,
                                        const std::string& owner);
    base::Result<BoxPointer> conditional(const Node& node, feel::Scope& scope,
                                         const std::string& owner);
    base::Result<BoxPointer> filter(const Node& node, feel::Scope& scope, const std::string& owner);
    base::Result<BoxPointer> iteration(const Node& node, feel::Scope& scope,
                                       const std::string& owner);
    base::Result<BoxPointer> table(const Node& node, feel::Scope& scope, const std::string& owner);
    base::Result<Table::Input> table_input(const Node& node, feel::Scope& scope);
    base::Result<Table::Output> table_output(const Node& node, feel::Scope& scope);
    base::Result<Table::Rule> table_rule(const Node& node, feel::Scope& scope, const Table& table);
    base::Result<BoxPointer> part(const Node& node, std::string_view name, feel::Scope& scope,
                                  const std::string& owner);
    base::Result<feel::UnaryTests> tests(const Node& node, feel::Scope& scope);
    feel::Unknown unknown() const
    {
        return options_.lenient ? feel::Unknown::null : feel::Unknown::refuse;
    }

    std::string file_name_;
    const LoadOptions& options_;
    ModelData& data_;
    const std::map<std::string, std::shared_ptr<const Item>, std::less<>>& items_;
};

}  // namespace engine::dmn
