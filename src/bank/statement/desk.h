// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/statement/issue.h>
#include <bank/statement/writer.h>

#include <base/text.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace bank::statement {

enum class State : std::uint8_t { making, ready, failed };
std::string_view to_string(State state);

/// What a customer asks for.
struct Wish {
    CustomerId owner;
    AccountId account;
    base::Date first;
    base::Date last;
    Format format = Format::pdf;
    std::string language;  // "zh", "en".
    bool large = false;
    std::string verify_page;  // The address of the page where papers are verified.
};

/// A statement in the making, or made.
struct Document {
    DocumentId id;
    CustomerId owner;
    State state = State::making;
    Format format = Format::pdf;
    std::int64_t lines = 0;  // Of the statement.
    std::int64_t written = 0;
    std::string number;
    std::string code;
    std::string file_name;
    base::Instant begun_at;
    std::shared_ptr<const std::string> content = {};  // Once it is ready.
};

/// Makes statements one after another on a thread of its own and keeps them for a while, in memory,
/// within a budget. Thread-safe.
class Desk {
public:
    struct Parts {
        platform::sql::Book& book;
        account::Accounts& accounts;
        payment::People& people;
        const platform::crypto::Hmac& key;
        std::function<void(std::function<void()>)> run;  // On another thread, in order.
        base::Text bank;                                 // Names.
        base::Text institution;
        std::string clearing_code;
        int utc_offset_minutes = 480;
    };
    explicit Desk(Parts parts) : parts_(std::move(parts)) {}

    static constexpr std::int64_t most_lines = 100'000;
    static constexpr int most_at_once = 3;  // Of one customer.
    static constexpr std::size_t most_bytes = std::size_t{96} << 20U;
    static constexpr std::int64_t kept_seconds = 900;

    /// Begins a statement of the owner's account. Errors: account.unknown (also another's),
    /// ledger.period_invalid, statement.too_long (over most_lines), statement.too_many_at_once,
    /// statement.busy (too many of all customers).
    base::Result<Document> begin(const Wish& wish);

    /// Errors: statement.document_unknown (another's, or gone after a while).
    base::Result<Document> find(CustomerId owner, DocumentId id);

private:
    struct Job;
    base::Result<void> admit(CustomerId owner);
    void make(Job& job);
    void forget_old(base::Instant now);
    void change(DocumentId id, const std::function<void(Document&)>& change);

    const Parts parts_;
    std::mutex mutex_;
    std::map<DocumentId, Document> documents_;
};

}  // namespace bank::statement
