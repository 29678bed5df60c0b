// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/passkey.h>

#include <bank/authentication/schema.h>
#include <platform/cbor/value.h>
#include <platform/crypto/encoding.h>
#include <platform/crypto/signature.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>
#include <unistd.h>

namespace bank::authentication {
namespace {

namespace cbor = platform::cbor;
namespace crypto = platform::crypto;
namespace json = platform::json;
namespace sql = platform::sql;

/// A software authenticator of one key that answers as a browser would.
struct Authenticator {
    crypto::P256Key key = crypto::P256Key::generate();
    crypto::Bytes id{1, 2, 3, 4, 5, 6, 7, 8};
    crypto::Bytes user_handle;
    std::string origin = "http://localhost:8080";
    std::string rp_id = "localhost";
    std::uint8_t flags = 0x05;  // Present and verified.
    std::uint32_t counter = 0;

    crypto::Bytes data(bool attested) const
    {
        crypto::Bytes bytes = crypto::to_bytes(crypto::sha256(crypto::as_bytes(rp_id)));
        bytes.push_back(static_cast<std::uint8_t>(flags | (attested ? 0x40 : 0)));
        crypto::append_u32(bytes, counter);
        if (!attested) return bytes;
        bytes.resize(bytes.size() + 16);
        bytes.push_back(0);
        bytes.push_back(static_cast<std::uint8_t>(id.size()));
        bytes.insert(bytes.end(), id.begin(), id.end());
        const crypto::Bytes cose =
            cbor::encode(cbor::Map{{1, 2}, {3, -7}, {-1, 1}, {-2, key.x()}, {-3, key.y()}});
        bytes.insert(bytes.end(), cose.begin(), cose.end());
        return bytes;
    }

    std::string client_data(std::string_view type, const json::Object& options) const
    {
        return json::serialise(json::Object{{"type", type},
                                            {"challenge", *options.find("challenge")},
                                            {"origin", origin},
                                            {"crossOrigin", false}});
    }

    static std::string text(crypto::ByteView bytes) { return crypto::to_base64url(bytes); }

    json::Value create(const json::Object& options)
    {
        user_handle = crypto::from_base64url((*options.find("user"))["id"].text_or()).value();
        const crypto::Bytes object = cbor::encode(
            cbor::Map{{"fmt", "none"}, {"attStmt", cbor::Map{}}, {"authData", data(true)}});
        return json::Object{
            {"id", text(id)},
            {"rawId", text(id)},
            {"type", "public-key"},
            {"response", json::Object{{"clientDataJSON", text(crypto::as_bytes(client_data(
                                                             "webauthn.create", options)))},
                                      {"attestationObject", text(object)},
                                      {"transports", json::Array{"internal", "<x>"}}}}};
    }

    json::Value get(const json::Object& options)
    {
        const std::string client = client_data("webauthn.get", options);
        const crypto::Bytes bytes = data(false);
        crypto::Bytes message = bytes;
        const crypto::Digest hash = crypto::sha256(crypto::as_bytes(client));
        message.insert(message.end(), hash.begin(), hash.end());
        return json::Object{
            {"id", text(id)},
            {"rawId", text(id)},
            {"type", "public-key"},
            {"response", json::Object{{"clientDataJSON", text(crypto::as_bytes(client))},
                                      {"authenticatorData", text(bytes)},
                                      {"signature", text(key.sign(message))},
                                      {"userHandle", text(user_handle)}}}};
    }
};

class PasskeyTest : public testing::Test {
protected:
    PasskeyTest()
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        house_ = sql::open_test_book(folder_ / "house.db", clock_, {.number = 0});
        EXPECT_TRUE(house_->migrate(house_migrations()));
        login_ = add_login(77);
    }
    ~PasskeyTest() override
    {
        house_.reset();
        std::filesystem::remove_all(folder_);
    }

    template <class Work>
    auto in_house(Work work)
    {
        return house_->write([&](sql::Transaction& tx) { return work(tx); });
    }

    LoginId add_login(std::uint64_t customer)
    {
        return in_house([&](sql::Transaction& tx) {
                   return create_customer_login(tx, environment_, 4, customer, "13800001234",
                                                clock_.now());
               })
            .value();
    }

    template <class T>
    static std::string reason(const base::Result<T>& result)
    {
        return result ? "fine" : std::string(result.error().reason);
    }

    Ceremony begin(LoginId login)
    {
        return in_house([&](sql::Transaction& tx) {
                   return begin_registration(tx, environment_, login, "Demo", clock_.now());
               })
            .value();
    }

    base::Result<void> finish(const Ceremony& ceremony, LoginId login,
                              const json::Value& credential)
    {
        const RegistrationCheck check = TRY(house_->read([&](sql::Snapshot& s) {
            return check_registration(s, environment_, ceremony.id, login, credential,
                                      clock_.now());
        }));
        return in_house([&](sql::Transaction& tx) {
            return finish_registration(tx, check, login, "my phone", clock_.now());
        });
    }

    base::Result<void> enrol(Authenticator& authenticator, LoginId login)
    {
        const Ceremony ceremony = begin(login);
        return finish(ceremony, login, authenticator.create(ceremony.options));
    }

    Ceremony begin_sign_in()
    {
        return in_house([&](sql::Transaction& tx) -> base::Result<Ceremony> {
                   return begin_passkey_sign_in(tx, environment_, clock_.now());
               })
            .value();
    }

    base::Result<AssertionCheck> verify(CeremonyId id, const json::Value& credential)
    {
        return house_->read([&](sql::Snapshot& s) {
            return check_assertion(s, environment_, id, credential, clock_.now());
        });
    }

    base::Result<Login> sign_in(CeremonyId id, const json::Value& credential)
    {
        const AssertionCheck check = TRY(verify(id, credential));
        return in_house(
            [&](sql::Transaction& tx) { return finish_passkey_sign_in(tx, check, clock_.now()); });
    }

    const Content payment_{"payment.transfer", {{"payee", "b2"}, {"amount", "80000.00"}}};
    base::ManualClock clock_{base::parse_instant("2026-11-21T00:00:00Z").value()};
    crypto::SystemRandom random_;
    std::unique_ptr<crypto::Keyring> keyring_ = crypto::Keyring::in_memory(random_);
    Environment environment_{*keyring_, random_};
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("passkey-test-" + std::to_string(getpid()));
    std::unique_ptr<sql::Book> house_;
    LoginId login_;
};

TEST_F(PasskeyTest, SignsInWithWhatWasRegistered)
{
    Authenticator phone;
    ASSERT_EQ(reason(enrol(phone, login_)), "fine");
    const auto known = house_->read([&](sql::Snapshot& s) { return passkeys_of(s, login_); });
    ASSERT_EQ(known.size(), 1U);
    EXPECT_EQ(known[0].name, "my phone");
    EXPECT_EQ(known[0].attestation, "none");

    const Ceremony ceremony = begin_sign_in();
    EXPECT_EQ(ceremony.options.find("rpId")->text_or(), "localhost");
    const json::Value credential = phone.get(ceremony.options);
    EXPECT_EQ(sign_in(ceremony.id, credential).value().subject, 77U);
    EXPECT_EQ(reason(sign_in(ceremony.id, credential)), "authentication.challenge_used");
    EXPECT_EQ(reason(sign_in(begin_sign_in().id, credential)), "webauthn.challenge");
}

TEST_F(PasskeyTest, RefusesOldChallengesOtherSitesAndOtherPeople)
{
    Authenticator phone;
    ASSERT_TRUE(enrol(phone, login_));
    const auto attempt = [&](auto change) {
        Authenticator changed = phone;
        change(changed);
        const Ceremony ceremony = begin_sign_in();
        return reason(sign_in(ceremony.id, changed.get(ceremony.options)));
    };
    EXPECT_EQ(attempt([](Authenticator&) {}), "fine");
    EXPECT_EQ(attempt([](Authenticator& a) { a.origin = "http://evil.example"; }),
              "webauthn.origin");
    EXPECT_EQ(attempt([](Authenticator& a) { a.rp_id = "evil.example"; }), "webauthn.rp_id");
    EXPECT_EQ(attempt([](Authenticator& a) { a.flags = 0x04; }), "webauthn.user_not_present");
    EXPECT_EQ(attempt([](Authenticator& a) { a.flags = 0x01; }), "webauthn.user_not_verified");
    EXPECT_EQ(attempt([](Authenticator& a) { a.flags = 0x15; }), "webauthn.backup_flags");
    EXPECT_EQ(attempt([](Authenticator& a) { a.flags = 0x0d; }), "webauthn.backup_flags");
    EXPECT_EQ(attempt([](Authenticator& a) { a.key = crypto::P256Key::generate(); }),
              "webauthn.signature");
    EXPECT_EQ(attempt([](Authenticator& a) { a.id = {9}; }), "authentication.passkey_unknown");
    EXPECT_EQ(attempt([](Authenticator& a) { a.user_handle = {9}; }),
              "authentication.passkey_unknown");
    EXPECT_EQ(attempt([](Authenticator& a) { a.user_handle = {}; }), "webauthn.client_data");

    const Ceremony old = begin_sign_in();
    const json::Value credential = phone.get(old.options);
    clock_.advance_seconds(300);
    EXPECT_EQ(reason(sign_in(old.id, credential)), "authentication.challenge_expired");
    EXPECT_EQ(reason(sign_in(CeremonyId{5}, credential)), "authentication.challenge_unknown");
    EXPECT_EQ(reason(sign_in(begin(login_).id, credential)), "authentication.challenge_unknown");
    EXPECT_EQ(reason(sign_in(begin_sign_in().id, json::Value("nonsense"))), "webauthn.client_data");
}

TEST_F(PasskeyTest, RegistersACredentialOnceAndForItsOwnLoginOnly)
{
    Authenticator phone;
    const LoginId other = add_login(78);
    const Ceremony ceremony = begin(login_);
    const json::Value credential = phone.create(ceremony.options);
    EXPECT_EQ(reason(finish(ceremony, other, credential)), "authentication.challenge_unknown");
    EXPECT_EQ(reason(finish(ceremony, login_, credential)), "fine");
    EXPECT_EQ(reason(finish(ceremony, login_, credential)), "authentication.challenge_used");
    EXPECT_EQ(reason(enrol(phone, other)), "authentication.passkey_taken");
    const Ceremony again = begin(login_);
    EXPECT_EQ((*again.options.find("excludeCredentials")).array()->size(), 1U);

    const auto remove = [&](LoginId login) {
        return reason(
            in_house([&](sql::Transaction& tx) { return remove_passkey(tx, login, phone.id); }));
    };
    EXPECT_EQ(remove(other), "authentication.passkey_unknown");
    EXPECT_EQ(remove(login_), "fine");
    const Ceremony sign = begin_sign_in();
    EXPECT_EQ(reason(sign_in(sign.id, phone.get(sign.options))), "authentication.passkey_unknown");
}

TEST_F(PasskeyTest, RefusesACounterThatDoesNotGrowAndTwoUsesAtOnce)
{
    Authenticator phone;
    phone.counter = 7;
    ASSERT_TRUE(enrol(phone, login_));
    const Ceremony same = begin_sign_in();
    EXPECT_EQ(reason(sign_in(same.id, phone.get(same.options))), "webauthn.sign_count");
    phone.counter = 8;
    const Ceremony first = begin_sign_in();
    const Ceremony second = begin_sign_in();
    const AssertionCheck one = verify(first.id, phone.get(first.options)).value();
    const AssertionCheck two = verify(second.id, phone.get(second.options)).value();
    const auto complete = [&](const AssertionCheck& check) {
        return reason(in_house(
            [&](sql::Transaction& tx) { return finish_passkey_sign_in(tx, check, clock_.now()); }));
    };
    EXPECT_EQ(complete(one), "fine");
    EXPECT_EQ(complete(two), "authentication.passkey_moved_on");
}

TEST_F(PasskeyTest, AProofCoversPayeeAndAmount)
{
    Authenticator phone;
    ASSERT_TRUE(enrol(phone, login_));
    const auto open = [&](const Content& content) {
        return in_house([&](sql::Transaction& tx) {
                   return open_proof_challenge(tx, environment_, login_, Method::passkey, content,
                                               clock_.now());
               })
            .value();
    };
    const auto answer = [&](ProofId id, const json::Value& credential, LoginId login) {
        return [&]() -> base::Result<Proof> {
            const AssertionCheck check = TRY(verify(id, credential));
            return in_house([&](sql::Transaction& tx) {
                return answer_with_passkey(tx, check, login, clock_.now());
            });
        }();
    };
    const ProofChallenge opened = open(payment_);
    EXPECT_EQ(opened.passkey.find("allowCredentials")->array()->size(), 1U);
    const json::Value credential = phone.get(opened.passkey);
    const LoginId other = add_login(78);
    EXPECT_EQ(reason(answer(opened.id, credential, other)), "authentication.challenge_unknown");
    const Proof proof = answer(opened.id, credential, login_).value();
    EXPECT_EQ(reason(check_proof(proof, 4, 77, payment_, Method::passkey, clock_.now())), "fine");
    EXPECT_EQ(reason(answer(opened.id, credential, login_)), "authentication.challenge_used");

    // The signature over one payment does not serve for another, nor for signing in.
    Content more = payment_;
    more.values[1].second = "90000.00";
    EXPECT_EQ(reason(answer(open(more).id, phone.get(open(payment_).passkey), login_)),
              "webauthn.challenge");
    EXPECT_EQ(reason(sign_in(begin_sign_in().id, phone.get(open(payment_).passkey))),
              "webauthn.challenge");
    const ProofChallenge unused = open(payment_);
    const AssertionCheck check = verify(unused.id, phone.get(unused.passkey)).value();
    EXPECT_EQ(reason(in_house([&](sql::Transaction& tx) {
                  return finish_passkey_sign_in(tx, check, clock_.now());
              })),
              "authentication.challenge_unknown");
}

}  // namespace
}  // namespace bank::authentication
