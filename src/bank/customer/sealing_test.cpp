// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/person.h>
#include <bank/customer/sealing.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>
#include <unistd.h>

namespace bank::customer {
namespace {

class SealingTest : public testing::Test {
protected:
    SealingTest()
    {
        std::filesystem::remove(file_);
        book_ = platform::sql::open_test_book(file_, clock_, {.number = 1});
        EXPECT_TRUE(book_->migrate(migrations()));
        sealing_ = std::make_unique<Sealing>(*book_, vault_);
    }
    ~SealingTest() override
    {
        book_.reset();
        for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file_.string() + end);
    }

    CustomerId person()
    {
        return book_
            ->write([&](platform::sql::Transaction& tx) -> base::Result<CustomerId> {
                return create(tx, vault_, {}, Knowledge::claimed);
            })
            .value();
    }

    base::SystemClock clock_;
    platform::crypto::SystemRandom random_;
    std::unique_ptr<platform::crypto::Keyring> keyring_ =
        platform::crypto::Keyring::in_memory(random_);
    Vault vault_{*keyring_, random_, "demo"};
    std::filesystem::path file_ =
        std::filesystem::temp_directory_path() / ("sealing-" + std::to_string(getpid()));
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<Sealing> sealing_;
};

TEST_F(SealingTest, OpensWhatItSealedForThatPersonAndPurposeAlone)
{
    const CustomerId one = person();
    const CustomerId other = person();
    const std::string sealed = sealing_->seal(one, "case", "plain").value();
    EXPECT_EQ(sealed.find("plain"), std::string::npos);
    EXPECT_EQ(sealing_->open(one, "case", sealed).value(), "plain");
    EXPECT_EQ(sealing_->open(one, "purpose", sealed).error().reason, "crypto.unreadable");
    EXPECT_EQ(sealing_->open(other, "case", sealed).error().reason, "crypto.unreadable");
    EXPECT_EQ(sealing_->seal(CustomerId{1}, "case", "x").error().reason, "customer.unknown");
}

TEST_F(SealingTest, CannotOpenAnythingOnceThePersonIsErased)
{
    const CustomerId one = person();
    const std::string sealed = sealing_->seal(one, "case", "plain").value();
    EXPECT_TRUE(book_->write([&](platform::sql::Transaction& tx) { return erase(tx, one); }));
    sealing_->forget(one);
    EXPECT_EQ(sealing_->open(one, "case", sealed).error().reason, "customer.erased");
}

}  // namespace
}  // namespace bank::customer
