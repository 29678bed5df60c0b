// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/built_in.h>

#include <engine/feel/internal/weight.h>

#include <engine/feel/scope.h>

#include <algorithm>
#include <map>

namespace engine::feel {
namespace {

struct Row {
    const BuiltIn* spec;
    std::vector<Function::Parameter> parameters;
    std::size_t required = 0;
    bool variadic = false;
};

std::string_view trimmed(std::string_view text)
{
    const std::size_t from = text.find_first_not_of(' ');
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

Type type_named(std::string_view name)
{
    return built_in_type(name).value_or(Type{});
}

Row read(const BuiltIn& spec)
{
    Row row{&spec, {}};
    std::string_view rest = spec.parameters;
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::string_view written = trimmed(rest.substr(0, comma));
        rest = comma == rest.size() ? std::string_view{} : rest.substr(comma + 1);
        const std::size_t colon = written.find(':');
        std::string_view name = written.substr(0, colon);
        bool optional = name.ends_with('?');
        if (optional) name.remove_suffix(1);
        if (name.starts_with("...")) {
            name.remove_prefix(3);
            row.variadic = true;
        }
        if (!optional) ++row.required;
        row.parameters.push_back(
            {std::string(name), type_named(trimmed(written.substr(colon + 1)))});
    }
    return row;
}

/// All rows of one name.
class BuiltInFunction final : public Function {
public:
    void add(const BuiltIn& spec)
    {
        rows_.push_back(read(spec));
        overloads_.push_back(rows_.back().parameters);
    }

    std::string_view name() const override { return rows_.front().spec->name; }
    const std::vector<std::vector<Parameter>>& overloads() const override { return overloads_; }
    Type result_type() const override { return type_named(rows_.front().spec->result); }

    Value call(std::span<const Value> arguments, Evaluation& evaluation,
               Position position) const override
    {
        for (const Value& argument : arguments) evaluation.step(weight(argument) / 16);
        bool has_null = false;
        for (const Row& row : rows_) {
            if (arguments.size() < row.required) continue;
            if (!row.variadic && arguments.size() > row.parameters.size()) continue;
            const auto fitting = fit(row, arguments, has_null);
            if (!fitting) continue;
            return row.spec->answer(*fitting, evaluation, position);
        }
        const std::string detail = "\"" + std::string(name()) + "\" ";
        if (has_null)
            return evaluation.problem(position, "feel.null_argument", detail + "got null.");
        return evaluation.problem(position, "feel.wrong_arguments",
                                  detail + "does not take these arguments.");
    }

private:
    static std::optional<std::vector<Value>> fit(const Row& row, std::span<const Value> arguments,
                                                 bool& has_null)
    {
        std::vector<Value> out;
        out.reserve(row.parameters.size());
        const std::size_t plain = row.parameters.size() - (row.variadic ? 1 : 0);
        for (std::size_t at = 0; at < plain && at < arguments.size(); ++at) {
            const Type& type = row.parameters[at].type;
            if (arguments[at].is_null() && !type.is_any()) {
                has_null = true;
                return std::nullopt;
            }
            auto value = coerce(arguments[at], type);
            if (!value) return std::nullopt;
            out.push_back(*std::move(value));
        }
        if (row.variadic) {
            const auto rest = arguments.subspan(std::min(plain, arguments.size()));
            out.push_back(Value(List(rest.begin(), rest.end())));
        }
        return out;
    }

    std::vector<Row> rows_;
    std::vector<std::vector<Parameter>> overloads_;
};

using Table = std::map<std::string_view, std::shared_ptr<const Function>>;

const Table& table()
{
    static const Table built = [] {
        std::map<std::string_view, std::shared_ptr<BuiltInFunction>> making;
        for (const auto rows :
             {conversion_functions(), string_functions(), number_functions(), list_functions(),
              statistic_functions(), time_functions(), range_functions(), context_functions()}) {
            for (const BuiltIn& row : rows) {
                auto& held = making[row.name];
                if (!held) held = std::make_shared<BuiltInFunction>();
                held->add(row);
            }
        }
        return Table(making.begin(), making.end());
    }();
    return built;
}

}  // namespace

std::shared_ptr<const Function> built_in_function(std::string_view name)
{
    const auto found = table().find(name);
    return found == table().end() ? nullptr : found->second;
}

std::optional<std::string_view> longest_built_in(std::string_view text, std::size_t& length)
{
    std::optional<std::string_view> best;
    if (text.empty()) return best;
    for (const auto& [name, function] : table()) {
        if (name.front() != text.front()) continue;
        const auto spelled = spells(text, name);
        if (spelled && (!best || *spelled > length)) {
            best = name;
            length = *spelled;
        }
    }
    return best;
}

std::optional<int> small_integer(const Value& value)
{
    if (value.number() == nullptr) return std::nullopt;
    const auto whole = value.number()->to_integer();
    if (!whole || *whole < -1'000'000'000 || *whole > 1'000'000'000) return std::nullopt;
    return static_cast<int>(*whole);
}

}  // namespace engine::feel
