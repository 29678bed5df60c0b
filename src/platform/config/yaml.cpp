// SPDX-License-Identifier: Apache-2.0
// YAML in, through yaml-cpp's events: nothing is built before its limits are checked.
#include <platform/config/node.h>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <optional>
#include <sstream>

namespace platform::config {

namespace {

struct Refused {
    std::string_view reason;
    YAML::Mark mark;
    std::string what;
};

}  // namespace

class Builder final : public YAML::EventHandler {
public:
    Builder(std::string_view file_name, const Limits& limits)
        : limits_(limits), file_(std::make_shared<const std::string>(file_name))
    {
    }

    Node take()
    {
        if (root_.file_ == nullptr) root_ = make({}, Node::Kind::null);
        return std::move(root_);
    }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        refuse_anchor(mark, anchor);
        place(make(mark, Node::Kind::null));
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override
    {
        throw Refused{"config.alias_refused", mark, "aliases are not used here"};
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override
    {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        const bool quoted = tag == "!";
        const bool null = !quoted && (value == "null" || value == "~" || value.empty());
        Node node = make(mark, null ? Node::Kind::null : Node::Kind::scalar);
        if (!null) node.text_ = value;
        node.quoted_ = quoted;
        if (awaiting_name()) {
            name_ = value_name(node, mark);
            return;
        }
        place(std::move(node));
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        open(mark, tag, anchor, Node::Kind::list);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        open(mark, tag, anchor, Node::Kind::map);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        Node node;
        std::string name;  // Under which it goes into its map.
    };

    bool awaiting_name() const
    {
        return !open_.empty() && open_.back().node.kind_ == Node::Kind::map && !name_.has_value();
    }

    std::string value_name(Node& node, const YAML::Mark& mark)
    {
        for (const auto& [name, value] : open_.back().node.members_) {
            if (name == node.text_) {
                throw Refused{"config.duplicate_name", mark, "\"" + name + "\" is given twice"};
            }
        }
        return std::move(node.text_);
    }

    Node make(const YAML::Mark& mark, Node::Kind kind)
    {
        if (++count_ > limits_.nodes)
            throw Refused{"config.too_many_nodes", mark, "too many nodes"};
        Node node;
        node.kind_ = kind;
        node.line_ = mark.line + 1;
        node.column_ = mark.column + 1;
        node.file_ = file_;
        return node;
    }

    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
              Node::Kind kind)
    {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        if (awaiting_name()) throw Refused{"config.malformed", mark, "a name must be a plain text"};
        if (open_.size() >= limits_.depth)
            throw Refused{"config.too_deep", mark, "nested too deep"};
        Node node = make(mark, kind);
        open_.push_back({std::move(node), name_.value_or("")});
        name_.reset();
    }

    void close()
    {
        Open done = std::move(open_.back());
        open_.pop_back();
        if (!open_.empty() && open_.back().node.kind_ == Node::Kind::map)
            name_ = std::move(done.name);
        place(std::move(done.node));
    }

    void place(Node node)
    {
        if (open_.empty()) {
            root_ = std::move(node);
        } else if (open_.back().node.kind_ == Node::Kind::list) {
            open_.back().node.items_.push_back(std::move(node));
        } else {
            if (!name_) name_ = "";
            open_.back().node.members_.emplace_back(std::move(*name_), std::move(node));
            name_.reset();
        }
    }

    static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor)
    {
        if (anchor != 0) throw Refused{"config.alias_refused", mark, "anchors are not used here"};
    }
    static void refuse_tag(const YAML::Mark& mark, const std::string& tag)
    {
        if (!tag.empty() && tag != "!" && tag != "?") {
            throw Refused{"config.malformed", mark, "tags are not used here"};
        }
    }

    const Limits& limits_;
    std::shared_ptr<const std::string> file_;
    Node root_;
    std::vector<Open> open_;
    std::optional<std::string> name_;
    std::size_t count_ = 0;
};

base::Result<Node> parse_yaml(std::string_view text, std::string_view file_name,
                              const Limits& limits)
{
    const std::string file{file_name};
    const auto at = [&file](const YAML::Mark& mark, const std::string& what) {
        return file + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1) +
               ": " + what;
    };
    if (text.size() > limits.bytes) return base::invalid("config.too_large", file + ": too large");
    Builder builder{file_name, limits};
    try {
        std::istringstream stream{std::string{text}};
        YAML::Parser parser{stream};
        parser.HandleNextDocument(builder);
        if (parser.HandleNextDocument(builder)) {
            return base::invalid("config.malformed", file + ": more than one document");
        }
    } catch (const Refused& refused) {
        return base::invalid(refused.reason, at(refused.mark, refused.what));
    } catch (const YAML::Exception& exception) {
        return base::invalid("config.malformed", at(exception.mark, exception.msg));
    }
    return builder.take();
}

}  // namespace platform::config
