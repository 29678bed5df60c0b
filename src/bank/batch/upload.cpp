// SPDX-License-Identifier: Apache-2.0
#include <bank/batch/batches.h>

#include <bank/account/number.h>
#include <bank/audit/trail.h>
#include <bank/batch/internal/rows.h>
#include <bank/batch/internal/worker.h>
#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>

#include <algorithm>
#include <array>
#include <unordered_map>

namespace bank::batch {

using base::conflict;
using base::invalid;
using base::Result;
using internal::Stored;
using platform::sql::Parameter;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::size_t longest_title = 80;
constexpr std::size_t longest_name = 140;
constexpr std::size_t longest_reference = 140;
constexpr std::size_t lines_a_unit = 500;

std::size_t characters(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

/// What can be said of a row without looking into the book. Returns the amount, 0 where it is none.
std::int64_t check_row(Row& row, base::Currency unit)
{
    const auto fault = [&](std::string_view reason, std::string at = {}) {
        row.faults.push_back({reason, std::move(at)});
    };
    const auto has = [&](std::string_view reason) {
        return std::ranges::find(row.faults, reason, &Fault::reason) != row.faults.end();
    };
    if (row.account.empty()) {
        fault("batch.account_missing");
    } else if (auto number = account::read_number(row.account)) {
        row.account = std::move(number).value();
    } else if (!has("batch.account_as_number") && !has("batch.cell_error")) {
        fault(number.error().reason == "account.number_mistyped" ? "batch.account_mistyped"
                                                                 : "batch.account_malformed");
    }
    if (row.name.empty()) fault("batch.name_missing");
    if (characters(row.name) > longest_name) fault("batch.name_too_long");
    if (characters(row.reference) > longest_reference) fault("batch.reference_too_long");
    if (!row.currency.empty() && row.currency != unit.code && row.currency != "人民币") {
        fault("batch.currency_other");
    }
    if (row.amount.empty()) {
        fault("batch.amount_missing");
        return 0;
    }
    const auto amount = read_amount(row.amount, unit);
    if (!amount) {
        fault(row.amount.front() == '-' ? "batch.amount_not_positive" : "batch.amount_malformed");
        return 0;
    }
    if (amount.value().minor_units == 0) fault("batch.amount_not_positive");
    return amount.value().minor_units;
}

/// A row, checked, as it is stored.
struct Sealed {
    std::int64_t minor_units;
    std::string faults;
    std::string sealed;
    int place;
    bool good;
};

void add(Tally& tally, std::int64_t minor_units)
{
    ++tally.lines;
    tally.minor_units += minor_units;
}

}  // namespace

Result<Batch> Batches::upload(const Upload& upload)
{
    auto& book = parts_.book;
    if (characters(upload.title) > longest_title) {
        return invalid("batch.title_too_long", "a title has 80 characters at most");
    }
    const std::string hash =
        platform::crypto::to_hex(platform::crypto::sha256(platform::crypto::as_bytes(upload.file)));
    std::optional<account::Account> payer;
    std::optional<Stored> before;
    book.read([&](Snapshot& snapshot) {
        auto agreed = snapshot.query("select 1 from batch_payer where account = ?", upload.payer);
        if (agreed.next()) {
            if (auto found = parts_.accounts.account(snapshot, upload.payer)) {
                payer = std::move(found).value();
            }
        }
        const std::array parameters{Parameter(static_cast<std::int64_t>(upload.maker)),
                                    Parameter(upload.key)};
        auto same = internal::select(snapshot, "where maker = ? and upload_key = ?", parameters);
        if (!same.empty()) before = std::move(same.front());
    });
    if (before && (before->file_hash != hash || before->payer != upload.payer)) {
        return conflict("batch.key_reused", "this key stands for another upload");
    }
    if (before && before->state == State::receiving) {
        return base::unavailable("batch.still_storing", "this upload is still being stored");
    }
    if (before) return Batch{*before};
    if (!payer || payer->state == account::State::closed) {
        return base::not_found("batch.payer_unknown", "batches are not paid from this account");
    }
    auto roster = TRY(read_roster(upload.file));
    if (!roster.debtor_account.empty()) {
        const auto debtor = account::read_number(roster.debtor_account);
        if (!debtor || debtor.value() != payer->number) {
            return invalid("batch.pain_payer", "the file is to be paid from another account");
        }
    }

    Stored batch;
    batch.payer = upload.payer;
    batch.unit = payer->unit;
    batch.maker = upload.maker;
    std::vector<Sealed> lines;
    lines.reserve(roster.rows.size());
    std::unordered_map<std::string, int> seen;
    for (Row& row : roster.rows) {
        const auto minor_units = check_row(row, payer->unit);
        if (row.faults.empty()) {
            const std::string same =
                row.account + '\n' + std::to_string(minor_units) + '\n' + row.reference;
            const auto [it, fresh] = seen.emplace(same, row.place);
            if (!fresh) row.faults.push_back({"batch.duplicate", std::to_string(it->second)});
        }
        const bool good = row.faults.empty();
        if (minor_units > INT64_MAX - batch.all.minor_units) {
            return invalid("batch.total_too_large", "no account can hold so much");
        }
        add(batch.all, minor_units);
        add(good ? batch.waiting : batch.refused, minor_units);
        lines.push_back({minor_units, internal::faults_text(row.faults),
                         parts_.people.seal(payer->holder, internal::packed(row)), row.place,
                         good});
    }

    const auto begun = book.write([&](Transaction& transaction) -> Result<void> {
        auto known = transaction.query(
            "select 1 from batch where payer = ? and file_hash = ? and state <> 'refused'",
            upload.payer, hash);
        if (known.next()) {
            return conflict("batch.file_known", "this very file was uploaded before");
        }
        auto last = transaction.query("select coalesce(max(serial), 0) from batch");
        last.next();
        batch.serial = last.integer(0) + 1;
        batch.id = transaction.new_id<BatchId>();
        batch.uploaded_at = transaction.now();
        transaction.execute(
            "insert into batch(id, serial, state, title, payer, unit, minor_digits, format,"
            " encoding, message_id, file_hash, on_bad_line, language, all_lines, all_sum,"
            " waiting_lines, waiting_sum, ready_lines, ready_sum, refused_lines, refused_sum,"
            " paid_lines, paid_sum, at_line, hold, holds, maker, upload_key, checker, reason,"
            " uploaded_at) values (?, ?, 'receiving', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, "
            "0,"
            " ?, ?, 0, 0, 0, 0, 0, ?, ?, 0, '', ?)",
            batch.id, batch.serial, upload.title, upload.payer, batch.unit.code,
            batch.unit.minor_digits, to_string(roster.format), roster.encoding, roster.message_id,
            hash, to_string(upload.on_bad_line), upload.language, batch.all.lines,
            batch.all.minor_units, batch.waiting.lines, batch.waiting.minor_units,
            batch.refused.lines, batch.refused.minor_units, static_cast<std::int64_t>(upload.maker),
            upload.key, batch.uploaded_at);
        return {};
    });
    if (!begun) return begun.error();
    for (std::size_t from = 0; from < lines.size(); from += lines_a_unit) {
        const std::size_t to = std::min(lines.size(), from + lines_a_unit);
        const auto stored = book.write([&](Transaction& transaction) -> Result<void> {
            for (std::size_t i = from; i < to; ++i) {
                const Sealed& line = lines[i];
                transaction.execute(
                    "insert into batch_line(id, place, state, faults, account, minor_units, entry,"
                    " sealed) values (?, ?, ?, ?, 0, ?, 0, ?)",
                    internal::line_key(batch.serial, static_cast<int>(i) + 1), line.place,
                    static_cast<int>(line.good ? LineState::waiting : LineState::refused),
                    line.faults, line.minor_units,
                    std::as_bytes(std::span{line.sealed.data(), line.sealed.size()}));
            }
            return {};
        });
        if (!stored) return stored.error();
    }
    const auto done = book.write([&](Transaction& transaction) -> Result<Batch> {
        auto stored = internal::find(transaction, batch.id);
        base::ensure(stored.has_value());
        stored->state = State::uploaded;
        internal::update(transaction, *stored);
        audit::append(
            transaction,
            {.actor = {audit::ActorKind::staff, upload.maker},
             .action = "batch.upload",
             .object = {"batch", batch.id.value},
             .reason = {},
             .details = {{"payer", base::to_string(upload.payer)},
                         {"lines", batch.all.lines},
                         {"amount", base::to_decimal({batch.all.minor_units, batch.unit})},
                         {"file", hash}}});
        return Batch{*stored};
    });
    worker_->wake();
    return done;
}

}  // namespace bank::batch
