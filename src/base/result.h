// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/ensure.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace base {

/// What a caller can do about an error. Closed: HTTP status and retry policy follow from it.
enum class ErrorKind {
    invalid,      // The request is malformed; correct it.
    forbidden,    // The caller lacks the right.
    not_found,    // The thing named does not exist.
    conflict,     // The state has moved on; read again and decide.
    rejected,     // A business rule says no: no funds, over a limit, a frozen account.
    unavailable,  // Try again later.
};

/// Why an operation was refused.
struct Error {
    ErrorKind kind;
    std::string_view reason;  // A literal or an interned name, for clients to branch on.
    std::string detail;       // For a person. Never parsed; never holds personal data.
};

inline Error invalid(std::string_view reason, std::string detail)
{
    return {ErrorKind::invalid, reason, std::move(detail)};
}

inline Error forbidden(std::string_view reason, std::string detail)
{
    return {ErrorKind::forbidden, reason, std::move(detail)};
}

inline Error not_found(std::string_view reason, std::string detail)
{
    return {ErrorKind::not_found, reason, std::move(detail)};
}

inline Error conflict(std::string_view reason, std::string detail)
{
    return {ErrorKind::conflict, reason, std::move(detail)};
}

inline Error rejected(std::string_view reason, std::string detail)
{
    return {ErrorKind::rejected, reason, std::move(detail)};
}

inline Error unavailable(std::string_view reason, std::string detail)
{
    return {ErrorKind::unavailable, reason, std::move(detail)};
}

/// A value, or the Error that explains its absence.
/// Named after std::expected, which replaces it when the project moves to C++23.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::move(value)) {}
    Result(Error error) : state_(std::move(error)) {}

    bool has_value() const { return std::holds_alternative<T>(state_); }
    explicit operator bool() const { return has_value(); }

    const T& value() const& { return ensure(has_value()), *std::get_if<T>(&state_); }
    T&& value() && { return ensure(has_value()), std::move(*std::get_if<T>(&state_)); }

    const Error& error() const& { return ensure(!has_value()), *std::get_if<Error>(&state_); }
    Error&& error() && { return ensure(!has_value()), std::move(*std::get_if<Error>(&state_)); }

private:
    std::variant<T, Error> state_;
};

/// The outcome of an operation that yields nothing but may be refused.
template <>
class [[nodiscard]] Result<void> : public Result<std::monostate> {
public:
    using Result<std::monostate>::Result;
    Result() : Result<std::monostate>(std::monostate{}) {}
};

}  // namespace base

/// Yields the value of a Result, or returns its error from the enclosing function.
/// Not for coroutines, where GCC mishandles statement expressions (GCC bug 115851).
#define TRY(expression)                                        \
    __extension__({                                            \
        auto try_result = (expression);                        \
        if (!try_result) return std::move(try_result).error(); \
        std::move(try_result).value();                         \
    })
