// SPDX-License-Identifier: Apache-2.0
#include <platform/config/node.h>

#include <charconv>
#include <fstream>

namespace platform::config {

const Node* Node::find(std::string_view name) const
{
    for (const auto& [key, value] : members_) {
        if (key == name) return &value;
    }
    return nullptr;
}

std::string Node::where() const
{
    return *file_ + ":" + std::to_string(line_) + ":" + std::to_string(column_);
}

json::Value Node::to_json() const
{
    switch (kind_) {
        case Kind::null:
            return {};
        case Kind::list: {
            json::Array array;
            for (const Node& item : items_) array.push_back(item.to_json());
            return array;
        }
        case Kind::map: {
            json::Object object;
            for (const auto& [name, value] : members_) object.set(name, value.to_json());
            return object;
        }
        case Kind::scalar:
            break;
    }
    if (quoted_) return text_;
    if (text_ == "true") return true;
    if (text_ == "false") return false;
    std::int64_t integer = 0;
    const char* end = text_.data() + text_.size();
    const auto [stop, error] = std::from_chars(text_.data(), end, integer);
    const bool whole = error == std::errc{} && stop == end && std::to_string(integer) == text_;
    return whole ? json::Value{integer} : json::Value{text_};
}

base::Result<std::string> read_text(const std::filesystem::path& file, std::string_view shown_as,
                                    std::size_t most)
{
    std::ifstream stream{file, std::ios::binary};
    if (!stream)
        return base::invalid("config.unreadable", std::string{shown_as} + ": cannot be read");
    std::string text(most + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (stream.bad()) {
        return base::invalid("config.unreadable", std::string{shown_as} + ": cannot be read");
    }
    if (text.size() > most) {
        return base::invalid("config.too_large", std::string{shown_as} + ": more than " +
                                                     std::to_string(most) + " bytes");
    }
    return text;
}

base::Result<Node> read_yaml(const std::filesystem::path& file, std::string_view shown_as,
                             const Limits& limits)
{
    return parse_yaml(TRY(read_text(file, shown_as, limits.bytes)), shown_as, limits);
}

}  // namespace platform::config
