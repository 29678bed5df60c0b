// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/passkey.h>

#include <bank/authentication/internal/challenge.h>
#include <bank/authentication/internal/passkey_options.h>
#include <bank/authentication/internal/secrets.h>
#include <bank/authentication/webauthn.h>
#include <platform/crypto/encoding.h>

#include <algorithm>

namespace bank::authentication {

namespace crypto = platform::crypto;
namespace json = platform::json;
namespace sql = platform::sql;
using base::Result;

namespace {

constexpr std::int64_t max_passkeys = 10;
constexpr std::size_t max_name_bytes = 100;
constexpr std::size_t max_transports = 8;

Result<crypto::Bytes> decoded(const json::Value& value)
{
    auto bytes = crypto::from_base64url(value.text_or());
    if (!bytes || bytes.value().empty()) {
        return base::invalid("webauthn.client_data", "the passkey's answer is incomplete");
    }
    return bytes;
}

/// The transports that the browser named, for the next time; short known words only.
std::string transports_of(const json::Value& response)
{
    json::Array kept;
    if (const json::Array* all = response["transports"].array()) {
        for (const json::Value& transport : *all) {
            const std::string_view word = transport.text_or();
            const bool plain = !word.empty() && word.size() <= 16 &&
                               std::ranges::all_of(
                                   word, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
            if (plain && kept.size() < max_transports) kept.emplace_back(word);
        }
    }
    return json::serialise(kept);
}

Result<Challenge> open_of_kind(sql::Snapshot& snapshot, ProofId id, ChallengeKind kind,
                               std::optional<LoginId> login, base::Instant now)
{
    Challenge challenge = TRY(open_challenge(snapshot, id, login, now));
    if (challenge.kind != kind || challenge.method != Method::passkey) return challenge_unknown();
    return challenge;
}

base::Error unknown_passkey()
{
    return base::forbidden("authentication.passkey_unknown", "this passkey is not known here");
}

/// What came of one use of a passkey is stored, unless another use came between.
Result<void> record_use(sql::Transaction& transaction, const AssertionCheck& check,
                        base::Instant now)
{
    const auto updated = transaction.execute(
        "update authentication_passkey set sign_count = ?, backed_up = ?, last_used = ? "
        "where credential_id = ? and sign_count = ?",
        check.sign_count, check.backed_up, now, blob(check.credential_id), check.stored_sign_count);
    if (updated == 0) {
        return base::conflict("authentication.passkey_moved_on",
                              "the passkey was used elsewhere or removed meanwhile; try again");
    }
    return {};
}

}  // namespace

Result<Ceremony> begin_registration(sql::Transaction& transaction, const Environment& environment,
                                    LoginId login, std::string_view display_name, base::Instant now)
{
    const Login found = TRY(find_login(transaction, login));
    auto row =
        transaction.query("select count(*) from authentication_passkey where login = ?", login);
    if (row.next() && row.integer(0) >= max_passkeys) {
        return base::rejected("authentication.too_many_passkeys",
                              "ten passkeys are registered; remove one first");
    }
    const Challenge challenge =
        new_challenge(transaction, environment, ChallengeKind::registration, login, now);
    store(transaction, challenge);
    return Ceremony{challenge.id,
                    creation_options(transaction, environment, found, display_name,
                                     signed_challenge(challenge)),
                    challenge.expires};
}

Result<RegistrationCheck> check_registration(sql::Snapshot& snapshot,
                                             const Environment& environment, CeremonyId ceremony,
                                             LoginId login, const json::Value& credential,
                                             base::Instant now)
{
    const Challenge challenge =
        TRY(open_of_kind(snapshot, ceremony, ChallengeKind::registration, login, now));
    const json::Value& response = credential["response"];
    const crypto::Bytes client_data = TRY(decoded(response["clientDataJSON"]));
    const crypto::Bytes object = TRY(decoded(response["attestationObject"]));
    const crypto::Bytes expected = signed_challenge(challenge);
    const Registration found = TRY(verify_registration(
        client_data, object, {.relying_party = environment.relying_party, .challenge = expected},
        {.now = now}));
    return RegistrationCheck{.ceremony = ceremony,
                             .credential_id = found.credential_id,
                             .public_key = found.public_key,
                             .sign_count = found.sign_count,
                             .user_verified = found.user_verified,
                             .backup_eligible = found.backup_eligible,
                             .backed_up = found.backed_up,
                             .aaguid = found.aaguid,
                             .attestation = found.format == found.attestation
                                                ? found.format
                                                : found.format + "/" + found.attestation,
                             .transports = transports_of(response)};
}

Result<void> finish_registration(sql::Transaction& transaction, const RegistrationCheck& check,
                                 LoginId login, std::string_view name, base::Instant now)
{
    TRY(open_of_kind(transaction, check.ceremony, ChallengeKind::registration, login, now));
    // 7.1 steps 27, 28: a credential id is registered once, for whomever.
    const auto inserted = transaction.execute(
        "insert into authentication_passkey(credential_id, login, public_key, sign_count, "
        "backup_eligible, backed_up, aaguid, attestation, transports, name, created, last_used) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
        blob(check.credential_id), login, blob(check.public_key), check.sign_count,
        check.backup_eligible, check.backed_up, blob(check.aaguid), check.attestation,
        check.transports, name.substr(0, max_name_bytes), now, now);
    if (inserted == 0) {
        return base::conflict("authentication.passkey_taken", "this passkey is registered already");
    }
    close(transaction, check.ceremony);
    return {};
}

Ceremony begin_passkey_sign_in(sql::Transaction& transaction, const Environment& environment,
                               base::Instant now)
{
    const Challenge challenge =
        new_challenge(transaction, environment, ChallengeKind::sign_in, {}, now);
    store(transaction, challenge);
    auto options = assertion_options(transaction, environment, {}, signed_challenge(challenge));
    return {challenge.id, std::move(options).value(), challenge.expires};
}

Result<AssertionCheck> check_assertion(sql::Snapshot& snapshot, const Environment& environment,
                                       CeremonyId ceremony, const json::Value& credential,
                                       base::Instant now)
{
    const Challenge challenge = TRY(open_challenge(snapshot, ceremony, std::nullopt, now));
    if (challenge.kind == ChallengeKind::registration || challenge.method != Method::passkey) {
        return challenge_unknown();
    }
    const json::Value& response = credential["response"];
    const crypto::Bytes id = TRY(decoded(credential["rawId"]));
    const crypto::Bytes client_data = TRY(decoded(response["clientDataJSON"]));
    const crypto::Bytes data = TRY(decoded(response["authenticatorData"]));
    const crypto::Bytes signature = TRY(decoded(response["signature"]));

    auto row = snapshot.query(
        "select login, public_key, sign_count, backup_eligible "
        "from authentication_passkey where credential_id = ?",
        blob(id));
    if (!row.next()) return unknown_passkey();
    const Login login = TRY(find_login(snapshot, row.id<LoginId>(0)));

    if (!login.active) return unknown_passkey();

    // 7.2 steps 5, 6: of a known user it is one of theirs; else the user handle says whose it is.
    const json::Value& handle = response["userHandle"];
    const bool known_user = challenge.kind == ChallengeKind::proof;
    if (known_user && login.id != challenge.login) return unknown_passkey();
    if (!known_user || !handle.is_null()) {
        if (!crypto::equal_constant_time(TRY(decoded(handle)), login.user_handle)) {
            return unknown_passkey();
        }
    }

    const crypto::Bytes public_key = bytes_of(row.blob(1));
    const std::int64_t stored = row.integer(2);
    const crypto::Bytes expected = signed_challenge(challenge);
    const Assertee assertee =
        TRY(verify_assertion({client_data, data, signature},
                             {public_key, static_cast<std::uint32_t>(stored), row.boolean(3)},
                             {.relying_party = environment.relying_party, .challenge = expected}));
    return AssertionCheck{.ceremony = ceremony,
                          .login = login.id,
                          .credential_id = id,
                          .stored_sign_count = stored,
                          .sign_count = assertee.sign_count,
                          .user_verified = assertee.user_verified,
                          .backed_up = assertee.backed_up};
}

Result<Login> finish_passkey_sign_in(sql::Transaction& transaction, const AssertionCheck& check,
                                     base::Instant now)
{
    TRY(open_of_kind(transaction, check.ceremony, ChallengeKind::sign_in, std::nullopt, now));
    Login login = TRY(find_login(transaction, check.login));
    TRY(record_use(transaction, check, now));
    close(transaction, check.ceremony);
    return login;
}

Result<Proof> answer_with_passkey(sql::Transaction& transaction, const AssertionCheck& check,
                                  LoginId login, base::Instant now)
{
    const Challenge challenge =
        TRY(open_of_kind(transaction, check.ceremony, ChallengeKind::proof, login, now));
    if (check.login != login) return challenge_unknown();
    TRY(record_use(transaction, check, now));
    close(transaction, check.ceremony);
    return proven(transaction, challenge);
}

std::vector<Passkey> passkeys_of(sql::Snapshot& snapshot, LoginId login)
{
    auto row = snapshot.query(
        "select credential_id, name, attestation, backed_up, created, last_used "
        "from authentication_passkey where login = ? order by created",
        login);
    std::vector<Passkey> all;
    while (row.next()) {
        all.push_back({bytes_of(row.blob(0)), row.string(1), row.string(2), row.boolean(3),
                       row.instant(4), row.instant(5)});
    }
    return all;
}

bool has_passkey(sql::Snapshot& snapshot, int book, std::uint64_t customer)
{
    return snapshot
        .query(
            "select 1 from authentication_login l join authentication_passkey p on p.login = l.id "
            "where l.kind = 'customer' and l.book = ? and l.subject = ? limit 1",
            book, static_cast<std::int64_t>(customer))
        .next();
}

Result<void> remove_passkey(sql::Transaction& transaction, LoginId login,
                            crypto::ByteView credential_id)
{
    if (transaction.execute(
            "delete from authentication_passkey where login = ? and credential_id = ?", login,
            blob(credential_id)) == 0) {
        return unknown_passkey();
    }
    return {};
}

}  // namespace bank::authentication
