// SPDX-License-Identifier: Apache-2.0
#include <bank/audit/signed_head.h>
#include <bank/audit/trail.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace bank::audit {
namespace {

namespace crypto = platform::crypto;
namespace sql = platform::sql;

class AuditTest : public testing::Test {
protected:
    AuditTest()
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        book_ = sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        EXPECT_TRUE(book_->migrate(migrations()));
    }
    ~AuditTest() override
    {
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    void append_one(std::uint64_t account, std::string_view reason = "")
    {
        const auto done = book_->write([&](sql::Transaction& tx) -> base::Result<std::uint64_t> {
            return append(tx, {.actor = {ActorKind::staff, 12},
                               .action = "account.open",
                               .object = {"account", account},
                               .reason = reason,
                               .details = {{"class", "II"}, {"case", 5}}});
        });
        ASSERT_TRUE(done);
    }

    Verdict verdict()
    {
        return book_->read([](sql::Snapshot& snapshot) { return verify(snapshot); });
    }

    /// As someone with the database in hand would.
    void tamper(std::string_view statement)
    {
        ASSERT_TRUE(book_->write([&](sql::Transaction& tx) -> base::Result<void> {
            tx.execute(statement);
            return {};
        }));
    }

    std::string check(std::string_view line, int number = 3)
    {
        return book_->read([&](sql::Snapshot& snapshot) {
            const auto result = check_signed_head(snapshot, number, line, *keyring_);
            return result ? "right" : std::string(result.error().reason);
        });
    }

    base::ManualClock clock_{base::parse_instant("2026-11-21T00:00:00Z").value()};
    crypto::SystemRandom random_;
    std::unique_ptr<crypto::Keyring> keyring_ = crypto::Keyring::in_memory(random_);
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("audit-test-" + std::to_string(getpid()));
    std::unique_ptr<sql::Book> book_;
};

TEST_F(AuditTest, ChainsWhatIsAppendedAndFindsItRight)
{
    EXPECT_EQ(verdict().records, 0U);
    for (std::uint64_t i = 1; i <= 20; ++i) append_one(i);
    EXPECT_EQ(verdict().records, 20U);
    EXPECT_FALSE(verdict().first_bad);
    EXPECT_EQ(verdict().head.hash,
              book_->read([](sql::Snapshot& snapshot) { return head(snapshot).hash; }));
}

TEST_F(AuditTest, GoesOnFromWhatIsThereAfterAGroupThatWasUndone)
{
    const auto two = [](sql::Transaction& tx) {
        append(tx,
               {.actor = {}, .action = "account.open", .object = {}, .reason = {}, .details = {}});
        return append(
            tx, {.actor = {}, .action = "account.open", .object = {}, .reason = {}, .details = {}});
    };
    append_one(1);
    EXPECT_FALSE(book_->write([&](sql::Transaction& tx) -> base::Result<void> {
        EXPECT_EQ(two(tx), 3U);
        return base::rejected("test.undone", "this group is undone");
    }));
    EXPECT_EQ(
        book_->write([&](sql::Transaction& tx) -> base::Result<std::uint64_t> { return two(tx); })
            .value(),
        3U);
    append_one(2);
    EXPECT_EQ(verdict().records, 4U);
    EXPECT_FALSE(verdict().first_bad);
}

TEST_F(AuditTest, NamesTheFirstRecordThatWasAlteredInAnyColumn)
{
    for (const char* change : {"instant = instant + 1", "actor_kind = 'system'", "actor = 13",
                               "action = 'account.shut'", "object_kind = 'card'", "object = 99",
                               "reason = 'x'", "details = '{}'", "hash = x'00'"}) {
        tamper("delete from audit_record");
        for (std::uint64_t i = 1; i <= 5; ++i) append_one(i);
        tamper("update audit_record set " + std::string(change) + " where sequence = 3");
        EXPECT_EQ(verdict().first_bad, 3U) << change;
        EXPECT_EQ(verdict().records, 2U) << change;
    }
}

TEST_F(AuditTest, NamesARecordThatWasTakenOutOrPutElsewhere)
{
    for (std::uint64_t i = 1; i <= 5; ++i) append_one(i);
    tamper("delete from audit_record where sequence = 2");
    EXPECT_EQ(verdict().first_bad, 2U);
    tamper("update audit_record set sequence = 2 where sequence = 3");
    EXPECT_EQ(verdict().first_bad, 2U);
}

TEST_F(AuditTest, SignedHeadsShowWhatWasCutOffAtTheEnd)
{
    for (std::uint64_t i = 1; i <= 3; ++i) append_one(i);
    const std::string line = sign_head(verdict().head, 3, *keyring_, clock_.now());
    append_one(4);
    EXPECT_EQ(check(line), "right");
    keyring_->rotate(random_, clock_.now());
    EXPECT_EQ(check(line), "right");
    EXPECT_EQ(check(line, 4), "audit.head_forged");
    std::string forged = line;
    forged.replace(forged.find("\"sequence\":3"), 12, "\"sequence\":2");
    EXPECT_EQ(check(forged), "audit.head_forged");
    EXPECT_EQ(check("{}"), "audit.head_malformed");
    EXPECT_EQ(check("nonsense"), "audit.head_malformed");

    tamper("delete from audit_record where sequence > 2");
    EXPECT_FALSE(verdict().first_bad);
    EXPECT_EQ(check(line), "audit.trail_altered");
}

TEST_F(AuditTest, ListsWhatHappenedToOneThingNewestFirst)
{
    for (std::uint64_t i = 0; i < 6; ++i) append_one(i % 2, "why " + std::to_string(i));
    const auto list = [&](Object object, std::uint64_t before, int limit) {
        return book_->read([&](sql::Snapshot& s) { return entries(s, object, before, limit); });
    };
    const auto page = list({"account", 1}, 0, 2);
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(page[0].sequence, 6U);
    EXPECT_EQ(page[0].reason, "why 5");
    EXPECT_EQ(page[0].details, R"({"case":5,"class":"II"})");
    EXPECT_EQ(list({"account", 1}, page[1].sequence, 9).size(), 1U);
    EXPECT_TRUE(list({"card", 1}, 0, 9).empty());
    EXPECT_EQ(list({}, 0, 100).size(), 6U);
}

TEST_F(AuditTest, ExportsOneLineAfterAnother)
{
    append_line(folder_ / "heads.jsonl", "one");
    append_line(folder_ / "heads.jsonl", "two");
    std::ifstream file(folder_ / "heads.jsonl");
    std::string first;
    std::string second;
    std::getline(file, first);
    std::getline(file, second);
    EXPECT_EQ(first + second, "onetwo");
}

}  // namespace
}  // namespace bank::audit
