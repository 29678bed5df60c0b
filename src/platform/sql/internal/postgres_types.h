// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace platform::sql::internal {

/// PostgreSQL's numbers of its built-in types, which never change.
/// Source: src/include/catalog/pg_type.dat.
constexpr unsigned type_bool = 16;
constexpr unsigned type_bytea = 17;
constexpr unsigned type_int8 = 20;
constexpr unsigned type_int2 = 21;
constexpr unsigned type_int4 = 23;
constexpr unsigned type_text = 25;
constexpr unsigned type_float8 = 701;
constexpr unsigned type_numeric = 1700;

}  // namespace platform::sql::internal
