// SPDX-License-Identifier: Apache-2.0
#include <sandbox/journal.h>

#include <stdexcept>

namespace sandbox {

namespace json = platform::json;

Journal::Journal(const std::filesystem::path& file)
{
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        // A line cut off by a kill is the last one; its effect was not answered.
        if (const auto value = json::parse(line)) apply(value.value());
    }
    out_.open(file, std::ios::app);
    if (!out_)
        throw std::runtime_error("the sandbox's journal cannot be written: " + file.string());
    // What phones received is nobody else's business, demo or not.
    std::filesystem::permissions(
        file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    out_ << '\n';
}

void Journal::apply(const json::Value& line)
{
    const auto call = std::string(line["call"].text_or());
    if (!line["answer"].is_null()) answers_[call] = line["answer"];
    if (const auto account = line["account"].text_or(); !account.empty()) {
        changes_[std::string(account)] += line["change"].integer_or(0);
    }
    if (const auto list = line["list"].text_or(); !list.empty()) {
        auto& kept = lists_[std::string(list)];
        if (kept.calls.insert(call).second) kept.values.push_back(line["kept"]);
        return;
    }
    if (!line["text"].is_null()) {
        messages_.push_back({.id = call,
                             .phone = std::string(line["phone"].text_or()),
                             .channel = std::string(line["channel"].text_or()),
                             .text = std::string(line["text"].text_or()),
                             .at = {line["at"].integer_or(0)}});
    }
}

void Journal::write(const json::Value& line)
{
    out_ << json::serialise(line) << '\n' << std::flush;
    apply(line);
}

std::optional<json::Value> Journal::answer_to(std::string_view call) const
{
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(call);
    return found == answers_.end() ? std::nullopt : std::optional(found->second);
}

json::Value Journal::settle(std::string_view call, std::string_view account,
                            const std::function<Decision(std::int64_t)>& decide)
{
    const std::lock_guard lock(mutex_);
    if (const auto found = answers_.find(call); found != answers_.end()) return found->second;
    const auto so_far = changes_.find(account);
    const Decision decision = decide(so_far == changes_.end() ? 0 : so_far->second);
    write(json::Object{{"call", call},
                       {"answer", decision.answer},
                       {"account", account},
                       {"change", decision.change}});
    return decision.answer;
}

std::int64_t Journal::changed(std::string_view account) const
{
    const std::lock_guard lock(mutex_);
    const auto found = changes_.find(account);
    return found == changes_.end() ? 0 : found->second;
}

void Journal::keep(std::string_view list, std::string_view call, const json::Value& value)
{
    const std::lock_guard lock(mutex_);
    const auto found = lists_.find(list);
    if (found != lists_.end() && found->second.calls.contains(call)) return;
    write(json::Object{{"call", call}, {"list", list}, {"kept", value}});
}

std::vector<json::Value> Journal::kept(std::string_view list) const
{
    const std::lock_guard lock(mutex_);
    const auto found = lists_.find(list);
    return found == lists_.end() ? std::vector<json::Value>{} : found->second.values;
}

void Journal::deliver(std::string_view call, Delivered message)
{
    const std::lock_guard lock(mutex_);
    for (const auto& known : messages_) {
        if (known.id == call) return;
    }
    write(json::Object{{"call", call},
                       {"phone", message.phone},
                       {"channel", message.channel},
                       {"text", message.text},
                       {"at", message.at.micros}});
}

std::vector<Delivered> Journal::messages(std::string_view phone, std::size_t limit) const
{
    const std::lock_guard lock(mutex_);
    std::vector<Delivered> out;
    for (auto message = messages_.rbegin(); message != messages_.rend(); ++message) {
        if (out.size() == limit) break;
        if (phone.empty() || message->phone == phone) out.push_back(*message);
    }
    return out;
}

}  // namespace sandbox
