// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/keyring.h>

#include <gtest/gtest.h>

#include <fstream>

namespace platform::crypto {
namespace {

class KeyringFile : public testing::Test {
protected:
    KeyringFile()
    {
        folder = std::filesystem::path(testing::TempDir()) /
                 ("keyring_test_" + std::to_string(random.below(1'000'000'000)));
        std::filesystem::create_directories(folder);
    }
    ~KeyringFile() override { std::filesystem::remove_all(folder); }

    std::string open_reason()
    {
        const auto ring = Keyring::open_or_create(folder / "keys", random, {});
        return ring ? "opened" : std::string(ring.error().reason);
    }
    std::unique_ptr<Keyring> open()
    {
        return Keyring::open_or_create(folder / "keys", random, {}).value();
    }

    SystemRandom random;
    std::filesystem::path folder;
};

TEST_F(KeyringFile, IsCreatedForTheOwnerOnlyAndReadBack)
{
    const auto created = open();
    EXPECT_EQ(std::filesystem::status(folder / "keys").permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const Bytes sealed = seal(created->sealing_key("test"), {}, as_bytes("x"), random);
    const auto again = open();
    EXPECT_EQ(as_text(unseal(again->sealing_key("test"), {}, sealed).value()), "x");
    EXPECT_FALSE(unseal(again->sealing_key("another purpose"), {}, sealed));
}

TEST_F(KeyringFile, RotationSealsAnewAndStillOpensTheOld)
{
    const auto ring = open();
    const Bytes sealed = seal(ring->sealing_key("test"), {}, as_bytes("x"), random);
    EXPECT_EQ(ring->rotate(random, {}), 2U);
    EXPECT_EQ(ring->sealing_key("test").id, 2U);
    const auto again = open();
    EXPECT_EQ(again->current_id(), 2U);
    EXPECT_EQ(again->ids(), (std::vector<KeyId>{1, 2}));
    const auto old = again->sealing_key("test", sealing_key_id(sealed).value()).value();
    EXPECT_TRUE(unseal(old, {}, sealed));

    EXPECT_EQ(again->remove(2).error().reason, "keyring.in_use");
    EXPECT_TRUE(again->remove(1));
    EXPECT_EQ(again->remove(1).error().reason, "keyring.unknown_key");
    EXPECT_EQ(open()->sealing_key("test", 1).error().reason, "keyring.unknown_key");
}

TEST_F(KeyringFile, RefusesAFileThatOthersMayReadOrThatIsDamaged)
{
    open();
    std::filesystem::permissions(folder / "keys", std::filesystem::perms::group_read,
                                 std::filesystem::perm_options::add);
    EXPECT_EQ(open_reason(), "keyring.exposed");
    std::filesystem::permissions(folder / "keys", std::filesystem::perms::owner_all);
    for (const char* content : {"", "yungui-keys 1\n", "yungui-keys 2\n",
                                "yungui-keys 1\n1 x AAAA\n", "yungui-keys 1\n1\n"}) {
        std::ofstream(folder / "keys") << content;
        EXPECT_EQ(open_reason(), "keyring.malformed") << content;
    }
}

TEST(KeyringInMemory, GivesKeysThatDifferByPurposeAndRing)
{
    SystemRandom random;
    const auto ring = Keyring::in_memory(random);
    const Bytes sealed = seal(ring->sealing_key("a"), {}, as_bytes("x"), random);
    EXPECT_TRUE(unseal(ring->sealing_key("a"), {}, sealed));
    EXPECT_FALSE(unseal(ring->sealing_key("b"), {}, sealed));
    EXPECT_FALSE(unseal(Keyring::in_memory(random)->sealing_key("a"), {}, sealed));
}

}  // namespace
}  // namespace platform::crypto
