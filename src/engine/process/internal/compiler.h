// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/definition.h>
#include <platform/xml/xml.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace engine::process {

/// Reads one BPMN file into a Definition; a called process is read by a Compiler of its own into
/// the same one. See docs/bpmn-profile.md.
class Compiler {
public:
    Compiler(std::string_view file_name, Definition& definition,
             std::vector<platform::config::Finding>& findings, const FindProcess& called)
        : file_(file_name), definition_(definition), findings_(findings), called_(called)
    {
    }

    /// The process that is to run by itself.
    void read(const platform::xml::Node& root);

private:
    using Node = platform::xml::Node;

    struct PendingFlow {
        Node node;
        std::string source;
        std::string target;
    };
    struct PendingWord {
        std::size_t element;
        std::string id;
    };

    // compiler.cpp: the file, the process, what stands in it.
    void fault(const Node& node, const std::string& what);
    void fault(std::size_t element, const std::string& what) { fault(nodes_.at(element), what); }
    std::optional<Node> process_of(const Node& root);
    void read_process(const Node& process);
    void read_parameters(const Node& process);
    void collect_variables(const Node& node);
    void add_variable(const Node& node, const std::string& name);
    void read_flow_elements(const Node& container, std::optional<std::size_t> parent);
    void read_node(const Node& node, std::optional<std::size_t> parent);
    void read_lanes(const Node& lane_set);
    void check_attributes(const Node& node);
    void check_ids(const Node& node, const std::string& id);

    // compiler_events.cpp
    void read_start(const Node& node, Element& element);
    void read_end(const Node& node, Element& element);
    void read_boundary(const Node& node, Element& element);
    void read_catch(const Node& node, Element& element);
    void read_throw(const Node& node, Element& element);
    std::optional<Node> event_definition(const Node& node);
    void read_timer(const Node& definition, Element& element);
    void read_message(const Node& owner, Element& element);
    void read_code(const Node& definition, const std::map<std::string, std::string>& codes,
                   Element& element, bool needed);
    ExpressionPtr compile_time(const Node& node);

    // compiler_activities.cpp
    void read_extensions(const Node& node, Element& element);
    void read_activity(const Node& node, Element& element);
    void read_work(const Node& node, Element& element);
    void read_user_task(const Node& node, Element& element);
    void read_loop(const Node& node, Element& element);
    void read_call(const Node& node, std::size_t index);

    // graph.cpp: flows, and whether the whole can run.
    void connect();
    void attach();
    void resolve();
    void check();
    void check_starts(std::optional<std::size_t> inside, const Node& node);
    void check_ways(std::size_t index);
    void check_event_gateway(std::size_t index);
    void check_reachable();
    void measure_joins();

    std::string own(const Node& node, const std::string& name) const;  // yungui:name, or empty.
    base::Text title_of(const Node& node) const;
    std::vector<std::string> own_words(const Node& node, const std::string& name) const;
    ExpressionPtr compile(const Node& node, std::string text);
    ExpressionPtr own_expression(const Node& node, const std::string& name);
    std::vector<Element>& elements() { return definition_.elements_; }

    std::string file_;
    Definition& definition_;
    std::vector<platform::config::Finding>& findings_;
    const FindProcess& called_;
    std::string prefix_;                // Of the ids of a called process's elements.
    std::optional<std::size_t> call_;   // The call activity that it stands in.
    std::vector<std::string> calling_;  // The names of the processes around it, outermost first.
    std::vector<std::string> variables_;
    std::vector<std::string> parameters_;
    std::map<std::string, std::string> messages_;     // Id → name.
    std::map<std::string, std::string> errors_;       // Id → code.
    std::map<std::string, std::string> escalations_;  // Id → code.
    std::map<std::string, std::size_t> index_;        // Of this file.
    std::map<std::size_t, Node> nodes_;               // Of each element of this file.
    std::vector<PendingFlow> flows_;
    std::vector<Node> associations_;
    std::map<std::string, std::string> attached_;  // Boundary event → activity.
    std::map<std::string, std::string> defaults_;  // Gateway → flow.
    std::vector<PendingWord> undo_only_;           // Compensation event → activity.
    std::vector<PendingWord> send_back_;           // User task → earlier one.
};

/// Whether it is an element of BPMN by that name.
bool is_bpmn(const platform::xml::Node& node, std::string_view local_name);
bool is_ours(const platform::xml::Node& node);
/// What may stand inside any element and says nothing that is not said elsewhere.
bool is_remark(const platform::xml::Node& node);
std::string attribute_of(const platform::xml::Node& node, std::string_view name);

bool is_gateway(ElementKind kind);
bool is_boundary(ElementKind kind);
bool is_start(ElementKind kind);
bool is_end(ElementKind kind);
/// Whether tokens stand inside it: a sub-process of either kind or a call.
bool is_container(ElementKind kind);

}  // namespace engine::process
