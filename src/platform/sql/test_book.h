// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/book.h>

namespace platform::sql {

/// For tests: opens the book in `file`, or, where YUNGUI_TEST_DATABASE is the URL of a PostgreSQL
/// database, in a schema of its own there, which is new where nothing lies at `file`. So a test
/// that makes and removes folders runs on both. Throws Failure.
std::unique_ptr<Book> open_test_book(const std::filesystem::path& file, const base::Clock& clock,
                                     const BookOptions& options);

/// The URL that YUNGUI_TEST_DATABASE holds, or nothing.
std::string test_database();

/// Where open_test_book opens, on PostgreSQL.
PostgresPlace test_place(const std::filesystem::path& file);

}  // namespace platform::sql
