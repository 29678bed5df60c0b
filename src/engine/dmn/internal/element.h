// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/dmn/internal/box.h>
#include <engine/dmn/internal/table.h>
#include <engine/dmn/model.h>

#include <array>
#include <map>
#include <memory>

namespace engine::dmn {

/// A node of the requirements graph.
struct Element {
    enum class Kind { input, decision, knowledge, service };

    /// What another element is known as in the frame: its value alone, or one of several entries of
    /// a context that stands for an imported model.
    struct Requirement {
        std::size_t element;
        std::size_t slot;
        std::string import_name;  // Empty: of this model.
    };

    Kind kind = Kind::decision;
    std::string id;
    std::string name;         // As the file writes it.
    std::string import_name;  // By which the main model knows its model; empty for its own.
    int line = 0;
    std::shared_ptr<const Item> item;  // Of its variable; may be null.
    std::vector<Requirement> requirements;
    std::size_t slot_count = 0;
    BoxPointer body;  // Of a decision; null: it has no logic.

    std::shared_ptr<BoxFunction> function;  // Of business knowledge; its body's first slots are its
                                            // requirements.
    std::vector<std::size_t> parameters;    // Of a service: input data, then input decisions.
    std::vector<std::size_t> outputs;       // Of a service.
    std::shared_ptr<const feel::Function> callable;  // Of business knowledge and services.
};

struct ModelData {
    std::string name;
    std::string namespace_uri;
    std::vector<Element> elements;                              // Those of this model first.
    std::size_t own = 0;                                        // How many are.
    std::map<std::string, std::size_t, std::less<>> decisions;  // By normal name.
    std::map<std::string, std::size_t, std::less<>> functions;
    std::vector<std::shared_ptr<const Table>> tables;
    std::map<const void*, const Table*> table_of_mark;
    std::vector<Finding> findings;
};

/// Makes the FEEL functions of business knowledge and services. They hold the model weakly: one
/// that outlives it answers null.
void make_callables(const std::shared_ptr<ModelData>& data);

/// One question to a model: values are worked out once.
class Run {
public:
    Run(const ModelData& data, const feel::Context& inputs, feel::Evaluation& evaluation);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    /// Sets the value of an element beforehand, as a service's caller does.
    void give(std::size_t element, feel::Value value);
    const feel::Value& value(std::size_t element);

private:
    feel::Value input(const Element& element);
    feel::Value decide(const Element& element);

    const ModelData& data_;
    const feel::Context& inputs_;
    feel::Evaluation& evaluation_;

    // By element, beside the frame as long as there are few.
    static constexpr std::size_t few = 12;
    std::array<feel::Value, few> near_values_;
    std::array<bool, few> near_known_{};
    std::vector<feel::Value> far_values_;
    std::unique_ptr<bool[]> far_known_;
    feel::Value* values_;
    bool* known_;
};

/// Puts the values of `element`'s requirements into their slots.
void fill(const Element& element, feel::Value* slots, const ModelData& data, Run& run);

}  // namespace engine::dmn
