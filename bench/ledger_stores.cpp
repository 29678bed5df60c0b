// SPDX-License-Identifier: Apache-2.0
#include <bench/ledger_stores.h>

#include <bank/audit/trail.h>
#include <bank/ledger/check.h>
#include <bank/ledger/units.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace bench {

namespace ledger = bank::ledger;
namespace sql = platform::sql;
using base::Result;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t bytes_a_transfer = 303;  // What a journal row takes, event included.
constexpr std::size_t accounts_a_unit = 5'000;
const std::string event(160, 'e');   // As long as a payment's event; where it stands in the entry.
const std::string purpose(48, 'p');  // As long as a sealed one.

/// As strict as a bank's, and never met by accounts that pay at random.
bank::risk::Rules velocity_rules()
{
    return {"bench",
            {{60, 30, 10'000'000'00, bank::risk::Verdict::step_up, "risk.many_payments"},
             {3600, 300, 100'000'000'00, bank::risk::Verdict::block, "risk.too_many_payments"}}};
}

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void must(const Result<void>& done)
{
    if (!done) throw std::runtime_error(std::string{done.error().reason});
}

class AppendedFile {
public:
    explicit AppendedFile(const std::filesystem::path& file)
        : file_(file), descriptor_(open(file.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600))
    {
        if (descriptor_ < 0) throw std::runtime_error("cannot write " + file.string());
    }
    ~AppendedFile()
    {
        close(descriptor_);
        std::filesystem::remove(file_);
    }
    void append(const std::vector<char>& bytes)
    {
        const auto written = write(descriptor_, bytes.data(), bytes.size());
        if (written != static_cast<ssize_t>(bytes.size()) || fdatasync(descriptor_) != 0) {
            throw std::runtime_error("cannot append to " + file_.string());
        }
    }

private:
    const std::filesystem::path file_;
    const int descriptor_;
};

}  // namespace

BenchFolder::BenchFolder()
    : path_(std::filesystem::current_path() / ("bench-ledger-" + std::to_string(getpid())))
{
    std::filesystem::create_directories(path_);
}

BenchFolder::~BenchFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

double raw_log_per_second(const std::filesystem::path& folder, std::size_t group, double seconds)
{
    AppendedFile file{folder / "raw.log"};
    const std::vector<char> bytes(group * bytes_a_transfer, 'x');
    const auto start = Clock::now();
    std::size_t groups = 0;
    for (; seconds_since(start) < seconds; ++groups) file.append(bytes);
    return static_cast<double>(groups * group) / seconds_since(start);
}

double fsync_median_ms(const std::filesystem::path& folder)
{
    AppendedFile file{folder / "fsync.log"};
    const std::vector<char> page(4096, 'x');
    std::vector<double> times;
    for (int i = 0; i < 2000; ++i) {
        const auto start = Clock::now();
        file.append(page);
        times.push_back(seconds_since(start) * 1000);
    }
    std::nth_element(times.begin(), times.begin() + 1000, times.end());
    return times[1000];
}

LedgerStore::LedgerStore(const std::filesystem::path& folder, std::int64_t accounts, Parts parts)
    : file_(folder / ("ledger-" + std::to_string(accounts) + ".db")),
      open_([file = file_](const base::Clock& clock, std::size_t group) {
          return sql::open_sqlite_book(file, clock, {.number = 1, .max_group = group});
      }),
      parts_(parts)
{
    set_group(256);
    preload(accounts);
    bytes_before_ = std::filesystem::file_size(file_);
}

LedgerStore::LedgerStore(Open open, std::int64_t accounts, Parts parts)
    : open_(std::move(open)), parts_(parts)
{
    set_group(256);
    preload(accounts);
}

LedgerStore::~LedgerStore()
{
    events_.reset();
    judge_.reset();
    ledger_.reset();
    book_.reset();
}

void LedgerStore::set_group(std::size_t group)
{
    events_.reset();
    judge_.reset();
    ledger_.reset();
    book_.reset();
    book_ = open_(clock_, group);
    for (const auto& migrations : {ledger::migrations(), bank::risk::migrations(),
                                   bank::audit::migrations(), bank::outbox::migrations()}) {
        must(book_->migrate(migrations));
    }
    ledger_ = std::make_unique<ledger::Ledger>(*book_);
    judge_ = std::make_unique<bank::risk::Judge>(*book_, velocity_rules(), nobody_);
    events_ = std::make_unique<bank::outbox::Outbox>(*book_);
    warm();
}

/// As after a day's work: every account was asked for once.
void LedgerStore::warm()
{
    for (std::size_t at = 0; at < accounts_.size();) {
        must(book_->write([&](sql::Transaction& transaction) -> Result<void> {
            const std::size_t end = std::min(accounts_.size(), at + accounts_a_unit);
            for (; at < end; ++at) TRY(ledger_->account(transaction, accounts_[at]));
            return {};
        }));
    }
}

void LedgerStore::preload(std::int64_t accounts)
{
    const auto cny = ledger::currency("CNY").value();
    const base::Money balance{1'000'000'00, cny};
    accounts_.reserve(static_cast<std::size_t>(accounts));
    for (std::int64_t made = 0; made < accounts; made += accounts_a_unit) {
        const std::size_t from = accounts_.size();
        must(book_->write([&](sql::Transaction& transaction) -> Result<void> {
            accounts_.resize(from);
            for (std::int64_t i = made;
                 i < std::min(accounts, made + std::int64_t{accounts_a_unit}); ++i) {
                accounts_.push_back(transaction.new_id<ledger::AccountId>());
                TRY(ledger_->open_account(
                    transaction, {accounts_.back(),
                                  cny,
                                  {.flags = ledger::Flag::debits_must_not_exceed_credits}}));
            }
            const auto cash = TRY(ledger_->own_account(transaction, "cash", cny));
            for (std::size_t at = from; at < accounts_.size();) {
                std::vector<ledger::Leg> legs;
                while (at < accounts_.size() && legs.size() + 1 < ledger::max_legs) {
                    legs.push_back({accounts_[at++], ledger::Side::credit, balance});
                }
                const auto total = balance.minor_units * static_cast<std::int64_t>(legs.size());
                legs.push_back({cash, ledger::Side::debit, {total, cny}});
                TRY(ledger_->post(transaction, {.client = {random_(), random_()},
                                                .kind = "opening",
                                                .effective = base::local_date(transaction.now(), 0),
                                                .legs = legs}));
            }
            return {};
        }));
    }
}

void LedgerStore::transfer(std::function<void(bool)> done)
{
    const auto any = [&] { return accounts_[random_() % accounts_.size()]; };
    const auto to = hot_ ? accounts_.front() : any();
    auto from = any();
    while (from == to) from = any();
    const ledger::ClientId client{random_(), random_()};
    ++asked_;
    book_->submit(
        [this, from, to, client](sql::Transaction& transaction) {
            const base::Money amount{1, {"CNY", 2}};
            const ledger::Leg legs[] = {
                {from, ledger::Side::debit, amount, ledger::Counting::counted},
                {to, ledger::Side::credit, amount, ledger::Counting::counted}};
            const bool product = parts_ == Parts::product;
            auto posted =
                ledger_->post(transaction, {.client = client,
                                            .content = client.low,
                                            .kind = "transfer",
                                            .effective = base::local_date(transaction.now(), 480),
                                            .legs = legs,
                                            .details = product ? purpose : event});
            if (posted && product) write_parts(transaction, from, to, posted.value().id);
            return posted;
        },
        [done = std::move(done)](const Result<ledger::Posted>& posted) {
            done(posted.has_value());
        },
        [this, from, to] {
            const ledger::AccountId parties[] = {from, to};
            ledger_->expect(parties);
            if (parts_ == Parts::product) judge_->expect(from);
        });
}

/// What a payment writes besides its entry, with the words that it writes.
void LedgerStore::write_parts(sql::Transaction& transaction, ledger::AccountId from,
                              ledger::AccountId to, ledger::EntryId entry)
{
    using platform::json::Object;
    const bank::risk::Question question{from, to, {1, {"CNY", 2}}, {}, {}};
    bank::risk::Decision decision;
    decision.version = "bench/none";
    judge_->assess(question, transaction.now(), decision);
    judge_->record(transaction, question, decision, bank::risk::Judge::Outcome::paid);
    bank::audit::append(transaction, {.actor = {bank::audit::ActorKind::customer, from.value},
                                      .action = "payment.transfer",
                                      .object = {"entry", entry.value},
                                      .reason = {},
                                      .details = {{"from", base::to_string(from)},
                                                  {"to", base::to_string(to)},
                                                  {"amount", "0.01"},
                                                  {"proof", "password"}}});
    const std::string subject = base::to_string(entry);
    const auto event_of = [&](ledger::AccountId account, ledger::AccountId other) {
        return Object{{"account", base::to_string(account)},
                      {"other", base::to_string(other)},
                      {"amount", "0.01"},
                      {"currency", "CNY"},
                      {"entry", subject}};
    };
    events_->append(transaction, "payment.sent", subject, event_of(from, to));
    events_->append(transaction, "payment.received", subject, event_of(to, from));
}

std::pair<std::int64_t, double> LedgerStore::restart()
{
    const auto entries = ledger_->statistics().tail_entries;
    events_.reset();
    judge_.reset();
    ledger_.reset();
    const auto start = Clock::now();
    ledger_ = std::make_unique<ledger::Ledger>(*book_);
    return {entries, seconds_since(start)};
}

double LedgerStore::bytes_per_entry() const
{
    const auto size = std::filesystem::file_size(file_);
    return static_cast<double>(size - bytes_before_) / static_cast<double>(asked_);
}

double LedgerStore::file_mb() const
{
    return static_cast<double>(std::filesystem::file_size(file_)) / 1e6;
}

std::int64_t LedgerStore::check()
{
    const auto report = ledger::check_ledger(*book_);
    if (report.clean()) return report.entries;
    std::fprintf(stderr, "%s\n", report.findings.front().c_str());
    return -1;
}

}  // namespace bench
