// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/postgres_dialect.h>

#include <base/ensure.h>

#include <cctype>

namespace platform::sql::internal {

namespace {

/// Copies `sql`, with what `place(n)` gives for the n-th `?` outside quotes, counted from 1.
template <class Place>
std::string with_places(std::string_view sql, Place place)
{
    std::string out;
    out.reserve(sql.size() + 32);
    int n = 0;
    char quote = 0;
    for (const char c : sql) {
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '?') {
            out += place(++n);
            continue;
        }
        out += c;
    }
    return out;
}

std::string_view type_in_postgres(std::string_view word)
{
    if (word == "integer") return "bigint";
    if (word == "blob") return "bytea";
    if (word == "real") return "double precision";
    if (word == "text") return "text collate \"C\"";
    return word;
}

bool in_word(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

}  // namespace

std::string postgres_statement(std::string_view sql)
{
    return with_places(sql, [](int n) { return "$" + std::to_string(n); });
}

std::string postgres_migration(std::string_view sql)
{
    std::string out;
    char quote = 0;
    for (std::size_t at = 0; at < sql.size();) {
        const char c = sql[at];
        if (quote == 0 && in_word(c)) {
            std::size_t end = at;
            while (end < sql.size() && in_word(sql[end])) ++end;
            out += type_in_postgres(sql.substr(at, end - at));
            at = end;
            continue;
        }
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        }
        out += c;
        ++at;
    }
    return out;
}

std::string postgres_for_many_rows(std::string_view sql, std::span<const std::string> array_types)
{
    const std::string body = with_places(sql, [](int n) { return "many.p" + std::to_string(n); });
    std::string rows = " from unnest(";
    for (std::size_t i = 0; i < array_types.size(); ++i) {
        rows += (i == 0 ? "$" : ", $") + std::to_string(i + 1) + "::" + array_types[i];
    }
    rows += ") as many(";
    for (std::size_t i = 0; i < array_types.size(); ++i) {
        rows += (i == 0 ? "p" : ", p") + std::to_string(i + 1);
    }
    rows += ")";
    if (body.starts_with("update ")) {
        const auto where = body.rfind(" where ");
        base::ensure(where != std::string::npos);
        return body.substr(0, where) + rows + body.substr(where);
    }
    const auto values = body.find(" values (");
    base::ensure(body.starts_with("insert into ") && values != std::string::npos);
    const auto begin = values + 9;
    const auto end = body.find(')', begin);
    return body.substr(0, values) + " select " + body.substr(begin, end - begin) + rows +
           body.substr(end + 1);
}

std::string postgres_name(std::string_view name)
{
    std::string out = "\"";
    for (const char c : name) out += c == '"' ? std::string{"\"\""} : std::string(1, c);
    return out + "\"";
}

}  // namespace platform::sql::internal
