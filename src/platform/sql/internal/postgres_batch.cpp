// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/postgres_batch.h>

#include <platform/sql/internal/postgres_dialect.h>
#include <platform/sql/internal/postgres_types.h>

#include <base/ensure.h>

#include <bit>

namespace platform::sql::internal {

namespace {

struct ElementType {
    unsigned type;
    std::string_view array;
    std::size_t width;  // 0: as long as it is.
};

constexpr ElementType element_types[] = {
    {type_int8, "bigint[]", 8}, {type_int4, "integer[]", 4}, {type_int2, "smallint[]", 2},
    {type_text, "text[]", 0},   {type_bytea, "bytea[]", 0},  {type_float8, "float8[]", 8},
};

const ElementType& element_type(unsigned type)
{
    for (const ElementType& known : element_types) {
        if (known.type == type) return known;
    }
    throw Failure("a deferred statement has a value of type " + std::to_string(type));
}

void append_number(std::string& out, std::uint64_t value, std::size_t width)
{
    while (width-- > 0) out += static_cast<char>(value >> (8 * width));
}

void append_value(std::string& out, const Parameter& parameter, unsigned type)
{
    const auto& value = parameter.value();
    const std::size_t width = element_type(type).width;
    if (std::holds_alternative<std::monostate>(value)) {
        append_number(out, 0xffffffff, 4);
        return;
    }
    std::string_view bytes;
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        bytes = *text;
    } else if (const auto* blob = std::get_if<Bytes>(&value)) {
        bytes = {reinterpret_cast<const char*>(blob->data()), blob->size()};
    } else {
        base::ensure(width != 0);
        append_number(out, width, 4);
        const auto* number = std::get_if<std::int64_t>(&value);
        if (type == type_float8) {
            const double real =
                number != nullptr ? static_cast<double>(*number) : std::get<double>(value);
            append_number(out, std::bit_cast<std::uint64_t>(real), width);
        } else {
            base::ensure(number != nullptr);
            append_number(out, static_cast<std::uint64_t>(*number), width);
        }
        return;
    }
    base::ensure(width == 0);
    append_number(out, bytes.size(), 4);
    out += bytes;
}

}  // namespace

PostgresBatch::PostgresBatch(std::string_view sql, std::vector<unsigned> types)
{
    std::vector<std::string> array_types;
    for (const unsigned type : types) {
        array_types.emplace_back(element_type(type).array);
        columns_.push_back({type, {}, false});
    }
    const std::string_view rest = sql.substr(sql.starts_with("update ") ? 7 : 12);
    table_ = rest.substr(0, rest.find_first_of(" ("));
    sql_ = postgres_for_many_rows(sql, array_types);
    arrays_.resize(columns_.size());
}

void PostgresBatch::add(std::int64_t key, std::span<const Parameter> parameters)
{
    base::ensure(parameters.size() == columns_.size());
    keys_.insert(key);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        columns_[i].has_null |= std::holds_alternative<std::monostate>(parameters[i].value());
        append_value(columns_[i].values, parameters[i], columns_[i].type);
    }
    ++rows_;
}

void PostgresBatch::clear()
{
    for (Column& column : columns_) {
        column.values.clear();
        column.has_null = false;
    }
    keys_.clear();
    rows_ = 0;
}

/// Dimensions, whether there are nulls, the elements' type, how many, counted from 1; the values.
const std::vector<std::string>& PostgresBatch::arrays()
{
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::string& array = arrays_[i];
        array.clear();
        append_number(array, 1, 4);
        append_number(array, columns_[i].has_null ? 1 : 0, 4);
        append_number(array, columns_[i].type, 4);
        append_number(array, rows_, 4);
        append_number(array, 1, 4);
        array += columns_[i].values;
    }
    return arrays_;
}

}  // namespace platform::sql::internal
