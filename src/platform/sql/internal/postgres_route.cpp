// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/postgres_route.h>

#include <platform/sql/transaction.h>

#include <postgresql/libpq-fe.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace platform::sql::internal {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds silence{900};  // Who refuses does so sooner.
constexpr std::chrono::seconds left_out{5};

std::vector<std::string> list_of(std::string_view text)
{
    std::vector<std::string> words;
    for (;;) {
        const auto comma = text.find(',');
        words.emplace_back(text.substr(0, comma));
        if (comma == text.npos) return words;
        text.remove_prefix(comma + 1);
    }
}

std::string quoted(std::string_view value)
{
    std::string text = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') text += '\\';
        text += c;
    }
    return text + "'";
}

/// The URL as keywords and values, once for each of its servers.
std::vector<std::string> servers_of(const std::string& url)
{
    char* error = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options{
        PQconninfoParse(url.c_str(), &error), &PQconninfoFree};
    const std::unique_ptr<char, decltype(&PQfreemem)> message{error, &PQfreemem};
    if (!options) {
        throw Failure(std::string{"this is no address of PostgreSQL: "} +
                      (message ? message.get() : ""));
    }
    std::string common;
    std::vector<std::pair<std::string, std::vector<std::string>>> lists;  // A value a server.
    std::size_t count = 1;
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) continue;
        const std::string name = option->keyword;
        if (name != "host" && name != "hostaddr" && name != "port") {
            common += " " + name + "=" + quoted(option->val);
            continue;
        }
        lists.emplace_back(name, list_of(option->val));
        if (name != "port") count = std::max(count, lists.back().second.size());
    }
    if (count == 1) return {url};
    for (const auto& [name, values] : lists) {
        if (values.size() != 1 && values.size() != count) {
            throw Failure("the address of PostgreSQL names " + std::to_string(count) +
                          " servers and " + std::to_string(values.size()) + " of " + name);
        }
    }
    std::vector<std::string> servers;
    for (std::size_t i = 0; i < count; ++i) {
        std::string server;
        for (const auto& [name, values] : lists) {
            server += name + "=" + quoted(values.size() == 1 ? values[0] : values[i]) + " ";
        }
        servers.push_back(server + common);
    }
    return servers;
}

}  // namespace

PostgresRoute::PostgresRoute(const std::string& url)
{
    for (auto& server : servers_of(url)) servers_.push_back({std::move(server), {}});
}

std::vector<std::string> PostgresRoute::to_try() const
{
    const std::lock_guard lock{mutex_};
    const auto now = Clock::now();
    std::vector<std::string> wanted;
    for (const Server& server : servers_) {
        if (server.silent_until <= now) wanted.push_back(server.url);
    }
    if (!wanted.empty()) return wanted;
    for (const Server& server : servers_) wanted.push_back(server.url);
    return wanted;
}

void PostgresRoute::found(const std::string& server)
{
    {
        const std::lock_guard lock{mutex_};
        current_ = server;
        for (Server& one : servers_) {
            if (one.url == server) one.silent_until = {};
        }
    }
    known_.notify_all();
}

void PostgresRoute::refused(const std::string& server, Clock::duration after)
{
    if (after < silence) return;
    const std::lock_guard lock{mutex_};
    for (Server& one : servers_) {
        if (one.url == server) one.silent_until = Clock::now() + left_out;
    }
}

void PostgresRoute::lost()
{
    const std::lock_guard lock{mutex_};
    // Who writes next is another one, as a rule.
    const auto was = std::find_if(servers_.begin(), servers_.end(),
                                  [&](const Server& one) { return one.url == current_; });
    if (was != servers_.end()) std::rotate(was, was + 1, servers_.end());
    current_.reset();
}

std::optional<std::string> PostgresRoute::current(std::chrono::milliseconds patience)
{
    std::unique_lock lock{mutex_};
    if (servers_.size() == 1) return servers_.front().url;
    known_.wait_for(lock, patience, [this] { return current_.has_value(); });
    return current_;
}

}  // namespace platform::sql::internal
