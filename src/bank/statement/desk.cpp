// SPDX-License-Identifier: Apache-2.0
#include <bank/statement/desk.h>

#include <bank/audit/trail.h>

#include <algorithm>
#include <stdexcept>

namespace bank::statement {

using base::Result;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::ptrdiff_t most_in_the_making = 64;

}  // namespace

std::string_view to_string(State state)
{
    constexpr std::string_view names[] = {"making", "ready", "failed"};
    return names[static_cast<std::size_t>(state)];
}

struct Desk::Job {
    Wish wish;
    Issue issue;
    payment::Period period;
    Head head;
};

Result<Document> Desk::begin(const Wish& wish)
{
    TRY(admit(wish.owner));
    auto begun = parts_.book.read([&](Snapshot& snapshot) -> Result<std::shared_ptr<Job>> {
        const auto account = TRY(parts_.accounts.account(snapshot, wish.account));
        if (account.holder != wish.owner) {
            return base::not_found("account.unknown", "there is no such account");
        }
        auto period = TRY(
            payment::Period::open(snapshot, parts_.accounts, wish.account, wish.first, wish.last));
        if (period.count > most_lines) {
            return base::rejected("statement.too_long",
                                  "a statement holds 100,000 entries at most; ask for fewer days");
        }
        const Issue issue{DocumentId{parts_.book.next_id()},
                          wish.account,
                          wish.first,
                          wish.last,
                          period.opening,
                          period.closing,
                          period.in,
                          period.out,
                          period.count,
                          parts_.book.clock().now()};
        const std::string number = number_of(issue);
        const std::string code = code_of(parts_.key, issue);
        const Head head{
            .number = number,
            .code = code,
            .verify_url = wish.verify_page + "#" + number + "/" + code,
            .bank = std::string{base::in_language(parts_.bank, wish.language)},
            .institution = std::string{base::in_language(parts_.institution, wish.language)},
            .clearing_code = parts_.clearing_code,
            .holder = parts_.people.name(snapshot, wish.owner),
            .account_number = account.number,
            .first = wish.first,
            .last = wish.last,
            .opening = period.opening,
            .closing = period.closing,
            .in = period.in,
            .out = period.out,
            .count = period.count,
            .count_in = period.count_in,
            .made_at = issue.issued_at,
            .language = wish.language,
            .large = wish.large,
            .utc_offset_minutes = parts_.utc_offset_minutes};
        return std::make_shared<Job>(Job{wish, issue, std::move(period), head});
    });
    const std::shared_ptr<Job> job = TRY(std::move(begun));
    const Document document{
        .id = job->issue.id,
        .owner = wish.owner,
        .format = wish.format,
        .lines = job->issue.count,
        .number = number_of(job->issue),
        .code = code_of(parts_.key, job->issue),
        .file_name = number_of(job->issue) + "." + std::string{file_ending(wish.format)},
        .begun_at = job->issue.issued_at};
    {
        const std::lock_guard lock{mutex_};
        documents_.emplace(document.id, document);
    }
    parts_.run([this, job] {
        try {
            make(*job);
        } catch (...) {
            change(job->issue.id, [](Document& one) { one.state = State::failed; });
            throw;
        }
    });
    return document;
}

Result<Document> Desk::find(CustomerId owner, DocumentId id)
{
    const std::lock_guard lock{mutex_};
    forget_old(parts_.book.clock().now());
    const auto found = documents_.find(id);
    if (found == documents_.end() || found->second.owner != owner) {
        return base::not_found("statement.document_unknown",
                               "there is no such document any more; have it made again");
    }
    return found->second;
}

Result<void> Desk::admit(CustomerId owner)
{
    const std::lock_guard lock{mutex_};
    forget_old(parts_.book.clock().now());
    const auto making = [](const auto& one) { return one.second.state == State::making; };
    if (std::count_if(documents_.begin(), documents_.end(), making) >= most_in_the_making) {
        return base::unavailable("statement.busy",
                                 "many statements are being made; try again in a minute");
    }
    const auto own = std::count_if(documents_.begin(), documents_.end(), [&](const auto& one) {
        return making(one) && one.second.owner == owner;
    });
    if (own >= most_at_once) {
        return base::conflict("statement.too_many_at_once",
                              "wait until one of the statements that are being made is done");
    }
    return {};
}

void Desk::make(Job& job)
{
    auto writer = statement::writer(job.wish.format, job.head);
    for (;;) {
        const auto lines = parts_.book.read([&](Snapshot& snapshot) {
            return job.period.next(snapshot, parts_.accounts, parts_.people);
        });
        if (!lines) throw std::runtime_error(std::string{lines.error().reason});
        if (lines.value().empty()) break;
        writer->add(lines.value());
        change(job.issue.id, [&](Document& one) {
            one.written += static_cast<std::int64_t>(lines.value().size());
        });
    }
    auto content = std::make_shared<const std::string>(writer->finish());
    writer.reset();
    const auto recorded = parts_.book.write([&](Transaction& transaction) -> Result<void> {
        record(transaction, job.issue);
        audit::append(transaction,
                      {.actor = {audit::ActorKind::customer, job.wish.owner.value},
                       .action = "statement.issue",
                       .object = {"account", job.wish.account.value},
                       .reason = {},
                       .details = {{"statement", base::to_string(job.issue.id)},
                                   {"from", base::to_string(job.wish.first)},
                                   {"to", base::to_string(job.wish.last)},
                                   {"format", std::string{to_string(job.wish.format)}}}});
        return {};
    });
    change(job.issue.id, [&](Document& one) {
        one.state = recorded ? State::ready : State::failed;
        if (recorded) one.content = std::move(content);
    });
}

void Desk::change(DocumentId id, const std::function<void(Document&)>& change)
{
    const std::lock_guard lock{mutex_};
    if (const auto found = documents_.find(id); found != documents_.end()) change(found->second);
}

/// Drops what is over its time, and the oldest while all together are over the budget.
void Desk::forget_old(base::Instant now)
{
    std::size_t bytes = 0;
    for (auto it = documents_.end(); it != documents_.begin();) {
        --it;
        const Document& one = it->second;
        if (one.state == State::making) continue;
        bytes += one.content ? one.content->size() : 0;
        if (bytes > most_bytes || base::after_seconds(one.begun_at, kept_seconds) < now) {
            bytes -= one.content ? one.content->size() : 0;
            it = documents_.erase(it);
        }
    }
}

}  // namespace bank::statement
