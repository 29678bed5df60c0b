// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/dmn/internal/item.h>
#include <engine/feel/expression.h>
#include <engine/feel/function.h>

#include <memory>

namespace engine::dmn {

/// A boxed expression (DMN 1.5, 10.2), compiled; its variables are slots of the frame.
class Box {
public:
    virtual ~Box() = default;
    virtual feel::Value run(feel::Frame& frame) const = 0;
};

using BoxPointer = std::unique_ptr<const Box>;

struct BoxEntry {
    std::string name;  // Empty: the result.
    std::size_t slot = 0;
    std::shared_ptr<const Item> item;
    BoxPointer value;
};

BoxPointer make_literal(feel::Expression expression);

/// What takes the place of something that cannot be compiled: null, and why.
BoxPointer make_broken(std::string detail);

/// `value`, which must conform to `item`; else null and a problem that names `what`.
BoxPointer make_typed(BoxPointer value, std::shared_ptr<const Item> item, std::string what);
BoxPointer make_context_box(std::vector<BoxEntry> entries);
BoxPointer make_list_box(std::vector<BoxPointer> items);
BoxPointer make_relation(std::vector<std::string> columns,
                         std::vector<std::vector<BoxPointer>> rows);
BoxPointer make_invocation(BoxPointer callee, std::vector<BoxEntry> bindings);
BoxPointer make_conditional(BoxPointer condition, BoxPointer then, BoxPointer otherwise);
BoxPointer make_filter_box(BoxPointer in, std::size_t item_slot, BoxPointer match);
BoxPointer make_for_box(BoxPointer in, std::size_t slot, std::size_t partial, BoxPointer body);
BoxPointer make_quantified_box(bool every, BoxPointer in, std::size_t slot, BoxPointer body);

/// A function whose body sees the first `captured` slots of the frame it is made in, then its
/// parameters. Without a body it is another language's and answers null.
struct BoxFunction {
    std::string name;
    std::vector<std::vector<feel::Function::Parameter>> overloads;  // One.
    std::vector<std::shared_ptr<const Item>> items;  // Of the parameters; may be null.
    std::size_t captured = 0;
    std::size_t slot_count = 0;
    BoxPointer body;
};
BoxPointer make_function_box(std::shared_ptr<const BoxFunction> function);

/// Runs the body of `function` on `captured` slots and `arguments`.
feel::Value run_function(const BoxFunction& function, std::span<const feel::Value> captured,
                         std::span<const feel::Value> arguments, feel::Evaluation& evaluation,
                         feel::Position position);

}  // namespace engine::dmn
