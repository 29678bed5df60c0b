// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/statement/issue.h>
#include <bank/statement/receipt.h>

#include <optional>
#include <string>
#include <vector>

namespace bank::statement {

using CertificateId = base::Id<struct CertificateTag>;

/// Whether a certificate still says what is so: until its last day, unless it was given back.
enum class Standing : std::uint8_t { valid, over, given_back };
std::string_view to_string(Standing standing);

/// The bank's word that an amount lies on an account and stays there up to the end of a day
/// (个人存款证明). The amount is held for as long.
struct Certificate {
    CertificateId id;
    AccountId account;
    CustomerId holder;
    base::Money amount;
    base::Date from;
    base::Date until;  // Included.
    ledger::EntryId hold;
    base::Instant issued_at;
    std::optional<base::Instant> given_back_at = {};
};

Standing standing_of(const Certificate& certificate, base::Date today);

/// "D20261122-0ABCDEFGHJKMN": the first day and the id.
std::string number_of(const Certificate& certificate);

/// Stands for every fact of the certificate but whether it was given back, under the bank's key for
/// receipts.
std::string code_of(const platform::crypto::Hmac& key, const Certificate& certificate);

struct CertificateWish {
    std::string key;  // The process's own; certified once, whatever is repeated.
    CustomerId holder;
    AccountId account;
    base::Money amount;
    base::Date until;
    base::Instant ends_at;  // When the last day is over by the institution's clock.
};

inline constexpr int longest_certificate_days = 366;

/// Whether `wish` could be certified now. Errors: account.unknown (also another's),
/// account.not_open, statement.certificate_period (not from tomorrow to longest_certificate_days),
/// statement.certificate_amount (nothing, or in another unit), statement.certificate_not_covered
/// (more than can be spent).
base::Result<account::Account> check_wish(platform::sql::Transaction& transaction,
                                          account::Accounts& accounts, const CertificateWish& wish);

/// Holds the amount and certifies it; the same key again: the same certificate.
/// Errors: those of check_wish, ledger's of reserve.
base::Result<Certificate> certify(platform::sql::Transaction& transaction,
                                  account::Accounts& accounts, const CertificateWish& wish);

/// Ends it before its time: the amount is free again. Given back again: nothing more.
/// Errors: statement.certificate_unknown (another's), statement.certificate_over.
base::Result<Certificate> give_back(platform::sql::Transaction& transaction,
                                    account::Accounts& accounts, CustomerId holder,
                                    CertificateId id);

/// Errors: statement.certificate_unknown.
base::Result<Certificate> find_certificate(platform::sql::Snapshot& snapshot, CertificateId id);

/// The newest first, from `before` (exclusive; none: the newest) back.
std::vector<Certificate> certificates_of(platform::sql::Snapshot& snapshot, CustomerId holder,
                                         CertificateId before, int limit);

/// The certificate as one page of PDF, with the bank's seal: number, code and the QR code by which
/// anyone can have it verified.
std::string certificate_pdf(const Certificate& certificate, std::string_view holder,
                            std::string_view account_number, std::string_view code,
                            const Manner& manner);

}  // namespace bank::statement
