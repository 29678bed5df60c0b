// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/definition.h>
#include <platform/xml/xml.h>

#include <map>
#include <string>
#include <vector>

namespace engine::process {

/// Reads a BPMN file into a Definition; see docs/bpmn-profile.md.
class Compiler {
public:
    Compiler(std::string_view file_name, std::vector<platform::config::Finding>& findings)
        : file_(file_name), findings_(findings)
    {
    }

    void read(const platform::xml::Node& root, std::shared_ptr<const Decisions> decisions);
    std::shared_ptr<Definition> take() { return std::move(definition_); }

private:
    using Node = platform::xml::Node;

    struct PendingFlow {
        Node node;
        std::string source;
        std::string target;
    };

    void fault(const Node& node, const std::string& what);
    void read_process(const Node& process);
    void collect_variables(const Node& node);
    void read_node(const Node& node);
    void read_event(const Node& node, Element& element);
    void read_timer(const Node& definition, Element& element);
    void read_message(const std::string& reference, const Node& node, Element& element);
    void read_activity(const Node& node, Element& element);
    void read_user_task(const Node& node, Element& element);
    void read_extensions(const Node& node, Element& element);
    void read_receive(const Node& node, Element& element);
    void connect();
    void attach();
    void check();
    void check_reachable();

    std::string own(const Node& node, const std::string& name) const;  // yungui:name, or empty.
    base::Text title_of(const Node& node) const;
    std::vector<std::string> own_words(const Node& node, const std::string& name) const;
    ExpressionPtr compile(const Node& node, std::string text);
    ExpressionPtr own_expression(const Node& node, const std::string& name);

    std::string file_;
    std::vector<platform::config::Finding>& findings_;
    std::shared_ptr<Definition> definition_ = std::make_shared<Definition>();
    std::map<std::string, std::string> messages_;  // Id → name.
    std::map<std::string, std::string> errors_;    // Id → code.
    std::map<std::string, std::size_t> index_;
    std::vector<PendingFlow> flows_;
    std::map<std::string, std::string> attached_;  // Boundary event → activity.
    std::map<std::string, std::string> defaults_;  // Gateway → flow.
    std::vector<Node> nodes_;                      // Of each element.
};

}  // namespace engine::process
