// SPDX-License-Identifier: Apache-2.0
// The checks that look into the book: done a group at a time, after the upload.
#include <bank/batch/internal/worker.h>

#include <bank/risk/sanctions.h>

namespace bank::batch {

using base::Result;
using internal::Stored;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr int lines_a_check = 250;

struct Checked {
    int number;
    AccountId account;
    std::int64_t minor_units;
    std::vector<Fault> faults;
};

/// Whom a line is to pay, and what stands against it.
AccountId check_line(Snapshot& snapshot, account::Accounts& accounts, payment::People& people,
                     const Batch& batch, const Row& row, std::vector<Fault>& faults)
{
    const auto found = accounts.by_number(snapshot, row.account);
    if (!found) {
        faults.push_back({"batch.account_unknown", {}});
        return {};
    }
    const auto& payee = found.value();
    if (payee.id == batch.payer) faults.push_back({"batch.to_payer", {}});
    if (payee.state == account::State::closed) faults.push_back({"batch.account_closed", {}});
    if (payee.unit != batch.unit) faults.push_back({"batch.currency_other", {}});
    const auto takes = accounts.takes_from_others(snapshot, payee.id);
    if (!takes || !takes.value()) faults.push_back({"batch.takes_no_inflow", {}});
    if (risk::comparable_name(people.name(snapshot, payee.holder)) !=
        risk::comparable_name(row.name)) {
        faults.push_back({"batch.name_differs", {}});
    }
    return payee.id;
}

}  // namespace

void Batches::Worker::check_group(const Stored& batch)
{
    std::vector<Checked> checked;
    int last = batch.at_line;
    parts_.book.read([&](Snapshot& snapshot) {
        const auto payer = parts_.accounts.account(snapshot, batch.payer);
        if (!payer) return;
        std::vector<std::pair<Line, std::string>> lines;
        {
            auto row =
                snapshot.query("select " + std::string{internal::line_columns} +
                                   " from batch_line where id > ? and id < ? order by id limit ?",
                               internal::line_key(batch.serial, batch.at_line),
                               internal::line_key(batch.serial + 1, 0), lines_a_check);
            while (row.next()) {
                Line line = internal::read_line(row, batch);
                last = line.number;
                if (line.state != LineState::waiting) continue;
                const auto bytes = row.blob(8);
                lines.emplace_back(
                    std::move(line),
                    std::string{reinterpret_cast<const char*>(bytes.data()), bytes.size()});
            }
        }
        for (auto& [line, sealed] : lines) {
            internal::unseal(snapshot, parts_.people, payer.value().holder, sealed, line.row);
            Checked one{line.number, {}, line.amount.minor_units, {}};
            one.account =
                check_line(snapshot, parts_.accounts, parts_.people, batch, line.row, one.faults);
            checked.push_back(std::move(one));
        }
    });
    const auto written = parts_.book.write([&](Transaction& transaction) -> Result<void> {
        auto now = internal::find(transaction, batch.id);
        if (!now || now->state != State::uploaded || now->at_line != batch.at_line) return {};
        for (const Checked& line : checked) {
            const bool good = line.faults.empty();
            transaction.execute(
                "update batch_line set state = ?, faults = ?, account = ? where id = ?",
                static_cast<int>(good ? LineState::ready : LineState::refused),
                internal::faults_text(line.faults), line.account,
                internal::line_key(batch.serial, line.number));
            Tally& tally = good ? now->ready : now->refused;
            ++tally.lines;
            tally.minor_units += line.minor_units;
            --now->waiting.lines;
            now->waiting.minor_units -= line.minor_units;
        }
        now->at_line = last;
        if (last == now->all.lines) {
            now->state = State::checked;
            now->at_line = 0;
        }
        internal::update(transaction, *now);
        transaction.after_commit(
            [this, id = batch.id, ended = now->state != State::uploaded] { tell(id, ended); });
        return {};
    });
    if (!written) throw platform::sql::Failure("a batch's lines could not be checked");
}

}  // namespace bank::batch
