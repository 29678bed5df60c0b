// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/postgres_rows.h>

#include <platform/sql/internal/postgres_connection.h>
#include <platform/sql/internal/postgres_types.h>

#include <base/ensure.h>

#include <postgresql/libpq-fe.h>

#include <bit>

namespace platform::sql::internal {

namespace {

std::uint64_t big_endian(std::string_view bytes)
{
    std::uint64_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

/// A whole number out of `numeric`, which sums of bigints have: digits to the base 10,000, the
/// first with the weight given.
std::int64_t whole_number(std::string_view bytes)
{
    const auto short_at = [&](std::size_t at) {
        return static_cast<std::int16_t>(big_endian(bytes.substr(at, 2)));
    };
    const int digits = short_at(0);
    const int weight = short_at(2);
    const bool negative = (short_at(4) & 0x4000) != 0;
    std::int64_t value = 0;
    for (int place = 0; place <= weight; ++place) {
        const std::int64_t digit =
            place < digits ? short_at(8 + 2 * static_cast<std::size_t>(place)) : 0;
        if (value > (INT64_MAX - digit) / 10'000) throw Failure("a sum is beyond 64 bits");
        value = value * 10'000 + digit;
    }
    return negative ? -value : value;
}

}  // namespace

bool PostgresRows::step()
{
    if (!kept_.empty()) {
        row_ = std::move(kept_.front());
        kept_.pop_front();
    } else {
        row_ = streaming_ ? connection_.next_row(*this) : nullptr;
    }
    return row_ != nullptr;
}

std::string_view PostgresRows::bytes(int column) const
{
    return {PQgetvalue(row_.get(), 0, column),
            static_cast<std::size_t>(PQgetlength(row_.get(), 0, column))};
}

bool PostgresRows::is_null(int column) const
{
    return PQgetisnull(row_.get(), 0, column) != 0;
}

std::int64_t PostgresRows::integer(int column) const
{
    if (is_null(column)) return 0;
    const std::string_view value = bytes(column);
    switch (PQftype(row_.get(), column)) {
        case type_bool:
            return value[0] != 0 ? 1 : 0;
        case type_int2:
            return static_cast<std::int16_t>(big_endian(value));
        case type_int4:
            return static_cast<std::int32_t>(big_endian(value));
        case type_int8:
            return static_cast<std::int64_t>(big_endian(value));
        case type_float8:
            return static_cast<std::int64_t>(real(column));
        case type_numeric:
            return whole_number(value);
        default:
            throw Failure("a column that is no number is read as one");
    }
}

double PostgresRows::real(int column) const
{
    if (PQftype(row_.get(), column) != type_float8) return static_cast<double>(integer(column));
    return is_null(column) ? 0 : std::bit_cast<double>(big_endian(bytes(column)));
}

std::string_view PostgresRows::text(int column) const
{
    if (is_null(column)) return {};
    switch (PQftype(row_.get(), column)) {
        case type_bool:
        case type_int2:
        case type_int4:
        case type_int8:
        case type_numeric:
            return scratch_ = std::to_string(integer(column));
        default:
            return bytes(column);
    }
}

Bytes PostgresRows::blob(int column) const
{
    const std::string_view value = is_null(column) ? std::string_view{} : bytes(column);
    return std::as_bytes(std::span{value});
}

void PostgresRows::finish() noexcept
{
    row_.reset();
    kept_.clear();
    connection_.give_back(*this);
}

}  // namespace platform::sql::internal
