// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/challenge.h>

#include <bank/authentication/internal/secrets.h>

#include <algorithm>
#include <array>

namespace bank::authentication {

namespace crypto = platform::crypto;
namespace sql = platform::sql;
using base::Result;

namespace {

constexpr std::array<std::string_view, 3> kinds{"registration", "sign-in", "proof"};
constexpr std::size_t nonce_size = 32;

}  // namespace

base::Error challenge_unknown()
{
    return base::not_found("authentication.challenge_unknown", "there is no such challenge");
}

crypto::Bytes signed_challenge(const Challenge& challenge)
{
    if (challenge.kind != ChallengeKind::proof) return challenge.nonce;
    crypto::Bytes message;
    crypto::append_framed(message, crypto::as_bytes("yungui proof"));
    crypto::append_framed(message, challenge.nonce);
    crypto::append_framed(message, challenge.content);
    return crypto::to_bytes(crypto::sha256(message));
}

Challenge new_challenge(sql::Transaction& transaction, const Environment& environment,
                        ChallengeKind kind, LoginId login, base::Instant now)
{
    return {.id = transaction.new_id<ProofId>(),
            .kind = kind,
            .login = login,
            .nonce = environment.random.bytes(nonce_size),
            .expires = base::after_seconds(now, environment.policy.challenge_seconds)};
}

void store(sql::Transaction& transaction, const Challenge& challenge)
{
    transaction.execute(
        "insert into authentication_challenge(id, kind, login, method, content, challenge, code, "
        "state, expires) values (?, ?, ?, ?, ?, ?, ?, 'open', ?)",
        challenge.id, kinds[static_cast<std::size_t>(challenge.kind)], challenge.login,
        to_string(challenge.method), blob(challenge.content), blob(challenge.nonce), challenge.code,
        challenge.expires);
}

Result<Challenge> open_challenge(sql::Snapshot& snapshot, ProofId id, std::optional<LoginId> login,
                                 base::Instant now)
{
    auto row = snapshot.query(
        "select kind, login, method, content, challenge, code, state, expires "
        "from authentication_challenge where id = ?",
        id);
    if (!row.next()) return challenge_unknown();
    Challenge challenge{
        .id = id,
        .kind = static_cast<ChallengeKind>(std::ranges::find(kinds, row.text(0)) - kinds.begin()),
        .login = row.id<LoginId>(1),
        .method = TRY(parse_method(row.text(2))),
        .nonce = bytes_of(row.blob(4)),
        .code = row.id<CodeId>(5),
        .expires = row.instant(7)};
    const crypto::Bytes content = bytes_of(row.blob(3));
    std::copy_n(content.begin(), std::min(content.size(), challenge.content.size()),
                challenge.content.begin());
    if (login && challenge.login != *login) return challenge_unknown();
    if (row.text(6) != "open") {
        return base::conflict("authentication.challenge_used",
                              "this challenge was answered already; begin again");
    }
    if (now >= challenge.expires) {
        return base::rejected("authentication.challenge_expired",
                              "this challenge has run out; begin again");
    }
    return challenge;
}

void close(sql::Transaction& transaction, ProofId id)
{
    transaction.execute("update authentication_challenge set state = 'used' where id = ?", id);
}

Result<Proof> proven(sql::Snapshot& snapshot, const Challenge& challenge)
{
    const Login login = TRY(find_login(snapshot, challenge.login));
    return Proof{challenge.id,     login.book,        login.subject,
                 challenge.method, challenge.content, challenge.expires};
}

}  // namespace bank::authentication
