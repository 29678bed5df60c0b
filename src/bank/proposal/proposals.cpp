// SPDX-License-Identifier: Apache-2.0
#include <bank/proposal/proposals.h>

#include <algorithm>

namespace bank::proposal {

using platform::sql::Cursor;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr platform::sql::Migration schema[] = {
    {"proposal", 1,
     "create table proposal("
     "  id bigint primary key, kind text not null, subject text not null, before_text text not "
     "null,"
     "  after_text text not null, note text not null, reason text not null, alone integer not "
     "null,"
     "  state text not null, proposed_by text not null, proposed_at bigint not null,"
     "  decided_by text not null, decided_at bigint, comment text not null);"
     "create index proposal_subject on proposal(kind, subject, state);"
     "create index proposal_latest on proposal(kind, id)"},
};

constexpr std::string_view states[] = {"proposed", "confirmed", "refused", "overtaken"};

#define PROPOSAL_COLUMNS                                                             \
    "select id, kind, subject, before_text, after_text, note, reason, alone, state," \
    " proposed_by, proposed_at, decided_by, decided_at, comment from proposal "

Proposal proposal_of(const Cursor& row)
{
    Proposal found;
    found.id = row.id<ProposalId>(0);
    found.kind = row.string(1);
    found.subject = row.string(2);
    found.before = row.string(3);
    found.after = row.string(4);
    found.note = row.string(5);
    found.reason = row.string(6);
    found.alone = row.boolean(7);
    const auto* state = std::find(std::begin(states), std::end(states), row.text(8));
    base::ensure(state != std::end(states));
    found.state = static_cast<State>(state - std::begin(states));
    found.proposed_by = row.string(9);
    found.proposed_at = row.instant(10);
    found.decided_by = row.string(11);
    if (!row.is_null(12)) found.decided_at = row.instant(12);
    found.comment = row.string(13);
    return found;
}

std::vector<Proposal> all_of(Cursor rows)
{
    std::vector<Proposal> all;
    while (rows.next()) all.push_back(proposal_of(rows));
    return all;
}

bool says_nothing(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

base::Error reason_missing()
{
    return base::invalid("proposal.reason_missing", "A reason is needed.");
}

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return schema;
}

std::string_view to_string(State state)
{
    return states[static_cast<std::size_t>(state)];
}

base::Result<Proposal> propose(Transaction& transaction, Proposal wish)
{
    if (says_nothing(wish.reason)) return reason_missing();
    if (waiting(transaction, wish.kind, wish.subject)) {
        return base::conflict("proposal.open", "Another proposal waits to be confirmed.");
    }
    wish.id = transaction.new_id<ProposalId>();
    wish.state = State::proposed;
    wish.proposed_at = transaction.now();
    keep(transaction, wish);
    return wish;
}

base::Result<Proposal> decidable(Snapshot& snapshot, std::string_view kind, ProposalId id,
                                 const Decision& decision)
{
    auto found = find(snapshot, kind, id);
    if (!found) return base::not_found("proposal.unknown", "There is no such proposal.");
    if (found->state != State::proposed)
        return base::conflict("proposal.decided", "It has been decided already.");
    const bool own = found->proposed_by == decision.by;
    if (own && (decision.confirm || found->alone))
        return base::forbidden("proposal.same_person", "Another person decides it.");
    if (!own && !decision.confirm && says_nothing(decision.comment)) return reason_missing();
    return *std::move(found);
}

base::Result<Proposal> decide(Transaction& transaction, std::string_view kind, ProposalId id,
                              const Decision& decision)
{
    auto decided = TRY(decidable(transaction, kind, id, decision));
    decided.state = decision.confirm ? State::confirmed : State::refused;
    decided.decided_by = decision.by;
    decided.decided_at = transaction.now();
    decided.comment = decision.comment;
    decided.note = decision.note;
    transaction.execute(
        "update proposal set state = ?, decided_by = ?, decided_at = ?, comment = ?, note = ?"
        " where id = ?",
        to_string(decided.state), decided.decided_by, *decided.decided_at, decided.comment,
        decided.note, id);
    return decided;
}

void overtake(Transaction& transaction, std::string_view kind, std::string_view subject,
              std::string_view why)
{
    transaction.execute(
        "update proposal set state = 'overtaken', decided_at = ?, comment = ? where kind = ?"
        " and subject = ? and state = 'proposed' and alone = 0",
        transaction.now(), why, kind, subject);
}

std::optional<Proposal> find(Snapshot& snapshot, std::string_view kind, ProposalId id)
{
    auto row = snapshot.query(PROPOSAL_COLUMNS "where id = ? and kind = ?", id, kind);
    if (!row.next()) return std::nullopt;
    return proposal_of(row);
}

std::optional<Proposal> waiting(Snapshot& snapshot, std::string_view kind, std::string_view subject)
{
    auto row = snapshot.query(
        PROPOSAL_COLUMNS "where kind = ? and subject = ? and state = 'proposed'", kind, subject);
    if (!row.next()) return std::nullopt;
    return proposal_of(row);
}

std::vector<Proposal> latest(Snapshot& snapshot, std::string_view kind, std::string_view subject,
                             int limit)
{
    return all_of(snapshot.query(PROPOSAL_COLUMNS
                                 "where kind = ? and (? = '' or subject = ?) order by id desc"
                                 " limit ?",
                                 kind, subject, subject, limit));
}

std::vector<Proposal> confirmed(Snapshot& snapshot, std::string_view kind)
{
    return all_of(snapshot.query(
        PROPOSAL_COLUMNS "where kind = ? and state = 'confirmed' order by decided_at, id", kind));
}

void keep(Transaction& transaction, const Proposal& one)
{
    transaction.execute(
        "insert into proposal(id, kind, subject, before_text, after_text, note, reason, alone,"
        " state, proposed_by, proposed_at, decided_by, decided_at, comment)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing",
        one.id, one.kind, one.subject, one.before, one.after, one.note, one.reason,
        one.alone ? 1 : 0, to_string(one.state), one.proposed_by, one.proposed_at, one.decided_by,
        one.decided_at, one.comment);
}

}  // namespace bank::proposal
