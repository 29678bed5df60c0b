// SPDX-License-Identifier: Apache-2.0
#include <api/routes.h>

#include <base/ensure.h>
#include <platform/http/problem.h>

#include <algorithm>

namespace api {

namespace http = platform::http;

namespace {

/// What a client may know of a failure of the machinery: nothing but that it was one.
base::Error for_client(base::Error error)
{
    if (error.reason.starts_with("sql."))
        error.detail = "the bank is busy; nothing was changed; try again in a moment";
    return error;
}

/// Checks the request and the caller; a Call, or the answer that refuses it.
std::variant<Call, http::Response> begin(const Operation& operation, Parts& parts, Access access,
                                         const http::Request& request)
{
    auto outcome = check(operation, request);
    if (auto* breach = std::get_if<Breach>(&outcome)) {
        return http::problem(breach->status, breach->reason, breach->detail, request.id,
                             breach->errors);
    }
    auto& checked = std::get<CheckedRequest>(outcome);
    Call call{request, std::move(checked.body), std::move(checked.query), std::nullopt,
              std::nullopt};
    if (auto refusal = admit(parts, access, call)) return std::move(*refusal);
    return call;
}

}  // namespace

std::string_view Call::language() const
{
    const std::string_view wanted = request.header("Accept-Language");
    return wanted.starts_with("en") ? "en" : "zh";
}

int Call::limit() const
{
    const auto* value = query.find("limit");
    return value == nullptr ? 20 : static_cast<int>(value->integer_or(20));
}

std::string_view Call::cursor() const
{
    const auto* value = query.find("cursor");
    return value == nullptr ? std::string_view{} : value->text_or();
}

Institution* Parts::institution(std::string_view code)
{
    const auto it = std::find_if(institutions.begin(), institutions.end(),
                                 [&](const Institution& i) { return i.facts.code == code; });
    return it == institutions.end() ? nullptr : &*it;
}

Institution* Parts::institution(int book)
{
    const auto it = std::find_if(institutions.begin(), institutions.end(),
                                 [&](const Institution& i) { return i.facts.book == book; });
    return it == institutions.end() ? nullptr : &*it;
}

const Operation& Routes::take(std::string_view name)
{
    const Operation* operation = contract_.find(name);
    base::ensure(operation != nullptr);
    base::ensure(handled_.emplace(name).second);
    return *operation;
}

void Routes::mark_handled(std::string_view operation)
{
    take(operation);
}

void Routes::add(std::string_view name, Access access, Handler handler, Options options)
{
    const Operation& operation = take(name);
    router_.add(http::Route{operation.method, operation.path, options.execution,
                            [&operation, &parts = parts_, access, handler = std::move(handler)](
                                const http::Request& request, http::Reply reply) {
                                auto begun = begin(operation, parts, access, request);
                                if (auto* refusal = std::get_if<http::Response>(&begun))
                                    return reply.send(std::move(*refusal));
                                auto answer = handler(std::get<Call>(begun));
                                reply.send(
                                    answer ? std::move(answer).value()
                                           : http::problem(for_client(answer.error()), request.id));
                            },
                            options.body_bytes, options.deadline_ms});
}

void Routes::add_late(std::string_view name, Access access, LateHandler handler)
{
    const Operation& operation = take(name);
    router_.add(http::Route{operation.method, operation.path, http::Execution::io,
                            [&operation, &parts = parts_, access, handler = std::move(handler)](
                                const http::Request& request, http::Reply reply) {
                                auto begun = begin(operation, parts, access, request);
                                if (auto* refusal = std::get_if<http::Response>(&begun))
                                    return reply.send(std::move(*refusal));
                                handler(std::move(std::get<Call>(begun)), std::move(reply));
                            }});
}

std::vector<std::string> Routes::missing() const
{
    std::vector<std::string> missing;
    for (const auto& operation : contract_.operations()) {
        if (!handled_.contains(operation->id)) missing.push_back(operation->id);
    }
    return missing;
}

}  // namespace api
