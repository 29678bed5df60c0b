// SPDX-License-Identifier: Apache-2.0
#include <bank/statement/certificate.h>

#include <bank/payment/short_code.h>
#include <bank/statement/internal/words.h>

#include <limits>

namespace bank::statement {

using base::Result;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view certificate_columns =
    "select id, account, holder, amount, unit, minor_digits, first_day, last_day, hold, issued_at,"
    " given_back_at from deposit_certificate where ";

Certificate read_certificate(platform::sql::Cursor& row)
{
    Certificate found{
        .id = row.id<CertificateId>(0),
        .account = row.id<AccountId>(1),
        .holder = row.id<CustomerId>(2),
        .amount = {row.integer(3), {base::intern(row.text(4)), static_cast<int>(row.integer(5))}},
        .from = row.date(6),
        .until = row.date(7),
        .hold = row.id<ledger::EntryId>(8),
        .issued_at = row.instant(9)};
    if (!row.is_null(10)) found.given_back_at = row.instant(10);
    return found;
}

base::Error certificate_unknown()
{
    return base::not_found("statement.certificate_unknown", "no such certificate was issued");
}

/// The certificate that was issued under a hold, where the hold is an old one.
std::optional<Certificate> under_hold(Snapshot& snapshot, ledger::EntryId hold)
{
    auto row = snapshot.query(std::string{certificate_columns} + "hold = ?", hold);
    if (!row.next()) return std::nullopt;
    return read_certificate(row);
}

Result<ledger::EntryId> hold_amount(Transaction& transaction, account::Accounts& accounts,
                                    const CertificateWish& wish)
{
    auto& books = accounts.ledger();
    const auto held =
        TRY(books.own_account(transaction, "held/certificates", wish.amount.currency));
    const ledger::Leg legs[] = {{wish.account, ledger::Side::debit, wish.amount},
                                {held, ledger::Side::credit, wish.amount}};
    const auto posted = books.reserve(
        transaction,
        {.client = ledger::client_id({"statement.certificate", wish.key}),
         .content =
             ledger::content_of({base::to_string(wish.account), base::to_decimal(wish.amount),
                                 base::to_string(wish.until)}),
         .kind = "certificate",
         .effective = accounts.business_date(transaction.now()),
         .legs = legs},
        wish.ends_at);
    if (posted) return posted.value().id;
    if (posted.error().reason == "ledger.debits_exceed_credits") {
        return base::rejected("statement.certificate_not_covered",
                              "more than can be spent from the account");
    }
    return posted.error();
}

}  // namespace

std::string_view to_string(Standing standing)
{
    constexpr std::string_view names[] = {"valid", "over", "given_back"};
    return names[static_cast<std::size_t>(standing)];
}

Standing standing_of(const Certificate& certificate, base::Date today)
{
    if (certificate.given_back_at) return Standing::given_back;
    return certificate.until < today ? Standing::over : Standing::valid;
}

std::string number_of(const Certificate& certificate)
{
    return "D" + internal::reference(certificate.from, base::to_string(certificate.id));
}

std::string code_of(const platform::crypto::Hmac& key, const Certificate& certificate)
{
    platform::crypto::Bytes message;
    for (const std::string& part :
         {std::string{"certificate"}, base::to_string(certificate.id),
          base::to_string(certificate.account), base::to_string(certificate.from),
          base::to_string(certificate.until), base::to_decimal(certificate.amount),
          std::string{certificate.amount.currency.code}}) {
        platform::crypto::append_framed(message, platform::crypto::as_bytes(part));
    }
    return payment::short_code(key.code256(message));
}

Result<account::Account> check_wish(Transaction& transaction, account::Accounts& accounts,
                                    const CertificateWish& wish)
{
    auto account = TRY(accounts.account(transaction, wish.account));
    if (account.holder != wish.holder) {
        return base::not_found("account.unknown", "the customer has no such account");
    }
    if (account.state != account::State::open) {
        return base::conflict("account.not_open", "the account is frozen, dormant or closed");
    }
    if (wish.amount.minor_units <= 0 || wish.amount.currency != account.unit) {
        return base::invalid("statement.certificate_amount", "an amount of the account's money");
    }
    const int days = wish.until.days - accounts.business_date(transaction.now()).days;
    if (days < 1 || days > longest_certificate_days) {
        return base::invalid(
            "statement.certificate_period",
            "a certificate ends tomorrow at the earliest, in a year at the latest");
    }
    const auto there = TRY(accounts.ledger().account(transaction, wish.account)).available();
    if (there.minor_units < wish.amount.minor_units) {
        return base::rejected("statement.certificate_not_covered",
                              "more than can be spent from the account");
    }
    return account;
}

Result<Certificate> certify(Transaction& transaction, account::Accounts& accounts,
                            const CertificateWish& wish)
{
    // Asked again, the ledger answers with the hold that there is, whatever is on the account now.
    if (const auto before = accounts.ledger().answered(
            transaction, ledger::client_id({"statement.certificate", wish.key}),
            ledger::content_of({base::to_string(wish.account), base::to_decimal(wish.amount),
                                base::to_string(wish.until)}))) {
        const auto posted = TRY(*before);
        if (auto issued = under_hold(transaction, posted.id)) return *std::move(issued);
    }
    TRY(check_wish(transaction, accounts, wish));
    const auto hold = TRY(hold_amount(transaction, accounts, wish));
    const Certificate issued{.id = transaction.new_id<CertificateId>(),
                             .account = wish.account,
                             .holder = wish.holder,
                             .amount = wish.amount,
                             .from = accounts.business_date(transaction.now()),
                             .until = wish.until,
                             .hold = hold,
                             .issued_at = transaction.now()};
    transaction.execute(
        "insert into deposit_certificate(id, account, holder, amount, unit, minor_digits, "
        "first_day,"
        " last_day, hold, issued_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        issued.id, issued.account, issued.holder, issued.amount.minor_units,
        issued.amount.currency.code, issued.amount.currency.minor_digits, issued.from, issued.until,
        issued.hold, issued.issued_at);
    audit::append(transaction, {.actor = {audit::ActorKind::customer, wish.holder.value},
                                .action = "statement.certify",
                                .object = {"account", wish.account.value},
                                .reason = {},
                                .details = {{"certificate", number_of(issued)},
                                            {"amount", base::to_decimal(issued.amount)},
                                            {"until", base::to_string(issued.until)}}});
    return issued;
}

Result<Certificate> give_back(Transaction& transaction, account::Accounts& accounts,
                              CustomerId holder, CertificateId id)
{
    auto found = TRY(find_certificate(transaction, id));
    if (found.holder != holder) return certificate_unknown();
    if (found.given_back_at) return found;
    const auto today = accounts.business_date(transaction.now());
    const auto over = [] {
        return base::conflict("statement.certificate_over", "the certificate has ended");
    };
    if (standing_of(found, today) != Standing::valid) return over();
    const std::string key = base::to_string(id);
    const auto freed = accounts.ledger().release(
        transaction, {.client = ledger::client_id({"statement.certificate-back", key}),
                      .content = ledger::content_of({key}),
                      .effective = today,
                      .hold = found.hold});
    if (!freed && freed.error().reason == "ledger.hold_over") return over();
    TRY(freed);
    found.given_back_at = transaction.now();
    transaction.execute("update deposit_certificate set given_back_at = ? where id = ?",
                        transaction.now(), id);
    audit::append(transaction, {.actor = {audit::ActorKind::customer, holder.value},
                                .action = "statement.certificate-given-back",
                                .object = {"account", found.account.value},
                                .reason = {},
                                .details = {{"certificate", number_of(found)}}});
    return found;
}

Result<Certificate> find_certificate(Snapshot& snapshot, CertificateId id)
{
    auto row = snapshot.query(std::string{certificate_columns} + "id = ?", id);
    if (!row.next()) return certificate_unknown();
    return read_certificate(row);
}

std::vector<Certificate> certificates_of(Snapshot& snapshot, CustomerId holder,
                                         CertificateId before, int limit)
{
    const std::int64_t end =
        before ? static_cast<std::int64_t>(before.value) : std::numeric_limits<std::int64_t>::max();
    auto row = snapshot.query(
        std::string{certificate_columns} + "holder = ? and id < ? order by id desc limit ?", holder,
        end, limit);
    std::vector<Certificate> all;
    while (row.next()) all.push_back(read_certificate(row));
    return all;
}

}  // namespace bank::statement
