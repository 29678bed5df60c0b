// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/ledger.h>

#include <bank/ledger/internal/state.h>
#include <bank/ledger/units.h>

namespace bank::ledger {

using namespace internal;
using base::conflict;
using base::invalid;

Ledger::Ledger(platform::sql::Book& book, const LedgerOptions& options)
    : state_(std::make_unique<State>(book, options))
{
}

Ledger::~Ledger() = default;

Result<void> Ledger::open_account(Transaction& transaction, const NewAccount& account)
{
    base::ensure(static_cast<bool>(account.id));
    TRY(check_unit(account.unit));
    TRY(check_terms(account.terms));
    state_->join(transaction);
    if (state_->find(transaction, account.id)) {
        return conflict("ledger.account_exists", "the account has been opened before");
    }
    Account opened{};
    opened.id = account.id;
    opened.unit = account.unit;
    opened.terms = account.terms;
    AccountTable::insert(transaction, opened);
    state_->accounts_.load(static_cast<std::int64_t>(account.id.value),
                           kept(opened, state_->terms_kept_));
    return {};
}

Result<AccountId> Ledger::own_account(Transaction& transaction, std::string_view code,
                                      base::Currency unit, Flag flags)
{
    {
        auto row = transaction.query("select account from ledger_own_account where code = ?", code);
        if (row.next()) {
            const auto id = row.id<AccountId>(0);
            state_->join(transaction);
            if (state_->find(transaction, id)->unit != unit) {
                return invalid("ledger.unit_mismatch", "the account is kept in another unit");
            }
            return id;
        }
    }
    const auto id = transaction.new_id<AccountId>();
    TRY(open_account(transaction, {id, unit, {.flags = flags}}));
    transaction.execute("insert into ledger_own_account(code, account) values (?, ?)", code, id);
    return id;
}

Result<void> Ledger::change_terms(Transaction& transaction, AccountId id, const Terms& terms)
{
    TRY(check_terms(terms));
    state_->join(transaction);
    const auto account = state_->find(transaction, id);
    if (!account) {
        return base::not_found("ledger.account_unknown", "there is no such account");
    }
    const Counters& counters = account->counters;
    if (has(terms.flags, Flag::closed) &&
        (counters.debits_posted != counters.credits_posted || counters.debits_pending != 0 ||
         counters.credits_pending != 0)) {
        return conflict("ledger.account_not_empty", "there is still something on the account");
    }
    Account changed = *account;
    changed.terms = terms;
    AccountTable::set_terms(transaction, id, terms);
    state_->accounts_.load(static_cast<std::int64_t>(id.value), kept(changed, state_->terms_kept_));
    return {};
}

Result<Posted> Ledger::post(Transaction& transaction, const Entry& entry)
{
    return state_->all_or_nothing(
        transaction, [&] { return state_->stage_entry(transaction, entry, Step::post, {}); });
}

Result<std::vector<Posted>> Ledger::post_linked(Transaction& transaction,
                                                std::span<const Entry> entries)
{
    return state_->all_or_nothing(transaction, [&]() -> Result<std::vector<Posted>> {
        std::vector<Posted> posted;
        for (const Entry& entry : entries) {
            posted.push_back(TRY(state_->stage_entry(transaction, entry, Step::post, {})));
        }
        return posted;
    });
}

Result<void> Ledger::record_refusal(Transaction& transaction, ClientId client,
                                    std::uint64_t content, std::string_view kind,
                                    base::Date effective, const base::Error& why)
{
    base::ensure(why.kind != base::ErrorKind::unavailable);
    if (!client) return invalid("ledger.client_id_missing", "a refusal needs an id");
    const auto outcome = state_->all_or_nothing(transaction, [&]() -> Result<Posted> {
        const auto known = state_->known(transaction, client, content);
        if (known.answer) return *known.answer;
        const std::string details =
            std::to_string(static_cast<int>(why.kind)) + why.detail.substr(0, max_details - 1);
        state_->changes_.clear();
        state_->before_.clear();
        auto posted = state_->stage(transaction, {.step = Step::refuse,
                                                  .kind = kind,
                                                  .client = client,
                                                  .content = content,
                                                  .effective = effective,
                                                  .details = details,
                                                  .probe = known.probe});
        state_->staged_[state_->staged_count_ - 1].reason = why.reason;
        return posted;
    });
    if (!outcome && outcome.error().reason == "ledger.client_id_reused") return outcome.error();
    return {};
}

std::optional<Result<Posted>> Ledger::answered(Transaction& transaction, ClientId client,
                                               std::uint64_t content)
{
    state_->begin_staging(transaction);
    return state_->known(transaction, client, content).answer;
}

std::optional<Result<Posted>> Ledger::answered(Snapshot& snapshot, ClientId client,
                                               std::uint64_t content)
{
    return state_->known(snapshot, client, content);
}

Result<Account> Ledger::account(Transaction& transaction, AccountId id)
{
    state_->join(transaction);
    const auto account = state_->find(transaction, id);
    if (!account) {
        return base::not_found("ledger.account_unknown", "there is no such account");
    }
    return *account;
}

EntryId Ledger::newest(Transaction& transaction)
{
    state_->join(transaction);
    return state_->newest_;
}

std::vector<Ledger::OwnAccount> Ledger::own_accounts(Snapshot& snapshot)
{
    auto row = snapshot.query("select code, account from ledger_own_account order by code");
    std::vector<OwnAccount> accounts;
    while (row.next()) accounts.push_back({row.string(0), row.id<AccountId>(1)});
    return accounts;
}

const base::Clock& Ledger::clock() const
{
    return state_->book_.clock();
}

Ledger::Statistics Ledger::statistics() const
{
    return {state_->tail_entries_.load(), state_->accounts_in_memory_.load()};
}

}  // namespace bank::ledger
