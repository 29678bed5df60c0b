// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/postgres_link.h>

#include <postgresql/libpq-fe.h>

#include <poll.h>

#include <array>

namespace platform::sql::internal {

namespace {

/// In one line: libpq ends its messages with a newline and sets hints on lines of their own.
std::string trimmed(const char* message)
{
    std::string text;
    for (const char* at = message == nullptr ? "" : message; *at != '\0'; ++at) {
        const bool space = *at == '\n' || *at == '\t' || *at == ' ';
        if (!space) {
            text += *at;
        } else if (!text.empty() && text.back() != ' ') {
            text += ' ';
        }
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

std::string field(const pg_result& result, int code)
{
    const char* value = PQresultErrorField(&result, code);
    return value == nullptr ? std::string{} : std::string{value};
}

}  // namespace

void ClearResult::operator()(pg_result* result) const noexcept
{
    PQclear(result);
}

PostgresError::PostgresError(const pg_result& result)
    : state(field(result, PG_DIAG_SQLSTATE)),
      constraint(field(result, PG_DIAG_CONSTRAINT_NAME)),
      message(field(result, PG_DIAG_MESSAGE_PRIMARY))  // Its detail would show values.
{
}

void PostgresError::raise(std::string_view sql) const
{
    const std::string what = message + " (" + state + ") in «" + std::string{sql} + "»";
    // 23: integrity. 22021: a text that is none, as one with a zero byte.
    if (state.starts_with("23") || state == "22021") throw ConstraintViolation(what);
    throw Failure(what);
}

/// What the URL says goes before what we say, but for the host that writes.
PostgresLink::PostgresLink(const std::string& url, std::chrono::milliseconds patience)
    : patience_(patience)
{
    const std::string user_timeout = std::to_string(patience.count());
    const std::array<const char*, 10> names{"application_name",     "connect_timeout",
                                            "keepalives_idle",      "keepalives_interval",
                                            "keepalives_count",     "tcp_user_timeout",
                                            "client_encoding",      "dbname",
                                            "target_session_attrs", nullptr};
    const std::array<const char*, 10> values{
        "yungui", "2",         "2",          "1",    "3", user_timeout.c_str(),
        "UTF8",   url.c_str(), "read-write", nullptr};
    connection_ = PQconnectdbParams(names.data(), values.data(), 1);
    if (PQstatus(connection_) != CONNECTION_OK) {
        const std::string why = trimmed(PQerrorMessage(connection_));
        PQfinish(connection_);
        throw ConnectionLost("cannot connect to PostgreSQL: " + why);
    }
    PQsetNoticeProcessor(
        connection_, [](void*, const char*) {}, nullptr);
    PQsetnonblocking(connection_, 1);
    PQenterPipelineMode(connection_);
}

PostgresLink::~PostgresLink()
{
    PQfinish(connection_);
}

void PostgresLink::lose(const std::string& why)
{
    lost_ = true;
    throw ConnectionLost("the connection to PostgreSQL is lost: " + why);
}

void PostgresLink::wait(short events)
{
    constexpr int slice_ms = 100;  // Between two looks whether it was abandoned.
    const auto deadline = std::chrono::steady_clock::now() + patience_;
    pollfd socket{PQsocket(connection_), events, 0};
    while (poll(&socket, 1, slice_ms) <= 0) {
        if (abandoned_) lose("given up");
        if (std::chrono::steady_clock::now() > deadline) lose("no answer in time");
    }
}

void PostgresLink::flush()
{
    for (;;) {
        const int left = PQflush(connection_);
        if (left == 0) return;
        if (left < 0) lose(trimmed(PQerrorMessage(connection_)));
        wait(POLLIN | POLLOUT);
        if (PQconsumeInput(connection_) == 0) lose(trimmed(PQerrorMessage(connection_)));
    }
}

PostgresResult PostgresLink::next()
{
    if (lost_) lose("it was before");
    flush();
    while (PQisBusy(connection_) != 0) {
        wait(POLLIN);
        if (PQconsumeInput(connection_) == 0) lose(trimmed(PQerrorMessage(connection_)));
    }
    PostgresResult result{PQgetResult(connection_)};
    if (PQstatus(connection_) != CONNECTION_OK) lose(trimmed(PQerrorMessage(connection_)));
    if (result && PQresultStatus(result.get()) == PGRES_FATAL_ERROR) {
        const std::string state = field(*result, PG_DIAG_SQLSTATE);
        // The server ends, or has become one that only reads: another one writes, or soon will.
        if (state.starts_with("57P") || state == "25006") {
            lose(trimmed(PQresultErrorMessage(result.get())));
        }
    }
    return result;
}

void PostgresLink::script(const std::string& sql)
{
    if (PQexitPipelineMode(connection_) == 0) lose(trimmed(PQerrorMessage(connection_)));
    if (PQsendQuery(connection_, sql.c_str()) == 0) lose(trimmed(PQerrorMessage(connection_)));
    std::unique_ptr<PostgresError> error;
    while (auto result = next()) {
        if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR && !error) {
            error = std::make_unique<PostgresError>(*result);
        }
    }
    PQenterPipelineMode(connection_);
    if (error) error->raise(sql.size() > 200 ? sql.substr(0, 200) + " …" : sql);
}

}  // namespace platform::sql::internal
