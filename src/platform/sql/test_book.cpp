// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/test_book.h>

#include <platform/sql/internal/postgres_connection.h>
#include <platform/sql/internal/postgres_dialect.h>

#include <cstdlib>
#include <fstream>

namespace platform::sql {

std::string test_database()
{
    const char* url = std::getenv("YUNGUI_TEST_DATABASE");
    return url == nullptr ? "" : url;
}

PostgresPlace test_place(const std::filesystem::path& file)
{
    const auto name = "test_" + std::to_string(std::hash<std::string>{}(file.string()));
    return {.url = test_database(), .name = name, .node = "test"};
}

std::unique_ptr<Book> open_test_book(const std::filesystem::path& file, const base::Clock& clock,
                                     const BookOptions& options)
{
    if (test_database().empty()) return open_sqlite_book(file, clock, options);
    const PostgresPlace place = test_place(file);
    if (!std::filesystem::exists(file)) {
        internal::PostgresConnection connection{place.url, "public", std::chrono::seconds{30}};
        connection.script("drop schema if exists " + internal::postgres_name("book_" + place.name) +
                          " cascade");
        std::ofstream{file} << place.name;
    }
    return open_postgres_book(place, clock, options);
}

}  // namespace platform::sql
