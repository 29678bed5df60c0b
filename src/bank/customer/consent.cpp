// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/consent.h>

#include <bank/customer/internal/records.h>

#include <algorithm>

namespace bank::customer {

namespace crypto = platform::crypto;
namespace sql = platform::sql;

base::Result<void> record_consent(sql::Transaction& transaction, CustomerId customer,
                                  const Consent& consent)
{
    TRY(require(transaction, customer));
    transaction.execute(
        "insert into customer_consent(id, customer, document, version, language, text_hash, given, "
        "channel, instant) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        transaction.new_id<base::Id<Consent>>(), customer, consent.document, consent.version,
        consent.language, blob(consent.text_hash), consent.given, consent.channel,
        transaction.now());
    return {};
}

std::vector<Consent> consents(sql::Snapshot& snapshot, CustomerId customer)
{
    auto row = snapshot.query(
        "select document, version, language, text_hash, given, channel, instant "
        "from customer_consent where customer = ? order by id",
        customer);
    std::vector<Consent> found;
    while (row.next()) {
        Consent consent{.document = row.string(0),
                        .version = row.string(1),
                        .language = row.string(2),
                        .given = row.boolean(4),
                        .channel = row.string(5),
                        .instant = row.instant(6)};
        const crypto::Bytes hash = bytes_of(row.blob(3));
        std::copy_n(hash.begin(), std::min(hash.size(), consent.text_hash.size()),
                    consent.text_hash.begin());
        found.push_back(std::move(consent));
    }
    return found;
}

bool has_consent(sql::Snapshot& snapshot, CustomerId customer, std::string_view document,
                 std::string_view version)
{
    auto row = snapshot.query(
        "select given, version from customer_consent where customer = ? and document = ? "
        "order by id desc limit 1",
        customer, document);
    return row.next() && row.boolean(0) && (version.empty() || row.text(1) == version);
}

}  // namespace bank::customer
