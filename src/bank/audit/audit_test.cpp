// SPDX-License-Identifier: Apache-2.0
#include <bank/audit/signed_head.h>
#include <bank/audit/trail.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <future>
#include <map>
#include <random>

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
    const auto replaced = [](std::string_view from, std::string_view to) {
        return "records = replace(records, '" + std::string(from) + "', '" + std::string(to) + "')";
    };
    for (const std::string& change :
         {replaced("staff", "system"), replaced("\t12\t", "\t13\t"),
          replaced("account.open", "account.shut"), replaced("\taccount\t", "\tcard\t"),
          replaced("\t3\t", "\t99\t"), replaced("because", "x"), replaced("II", "I"),
          std::string("instant = instant + 1"), std::string("id = id + 1000"),
          std::string("last = last + 100"), std::string("form = 1"),
          std::string("hash = (select p.hash from audit_page p where p.first = 2)")}) {
        tamper("delete from audit_page");
        tamper("delete from audit_mention");
        for (std::uint64_t i = 1; i <= 5; ++i) append_one(i, "because");
        ASSERT_FALSE(verdict().first_bad);
        tamper("update audit_page set " + change + " where first = 3");
        EXPECT_EQ(verdict().first_bad, 3U) << change;
        EXPECT_EQ(verdict().records, 2U) << change;
    }
}

TEST_F(AuditTest, NamesARecordThatWasTakenOutOrPutElsewhere)
{
    for (std::uint64_t i = 1; i <= 5; ++i) append_one(i);
    tamper("delete from audit_page where last = 2");
    EXPECT_EQ(verdict().first_bad, 2U);
    tamper("update audit_page set first = 2, last = 2 where last = 3");
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

    tamper("delete from audit_page where last > 2");
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

TEST_F(AuditTest, FindsWhatCameIntoBeingInTheSameCommitAndWhatAnotherBookIsAheadWith)
{
    std::uint64_t born = 0;
    const auto about = [](std::string_view kind, std::uint64_t id, std::string_view reason) {
        return Record{.actor = {},
                      .action = "test.act",
                      .object = {kind, id},
                      .reason = reason,
                      .details = {}};
    };
    const std::uint64_t ahead = UINT64_MAX >> 2;
    append_one(7);
    ASSERT_TRUE(book_->write([&](sql::Transaction& tx) -> base::Result<void> {
        born = tx.new_id<base::Id<struct BornTag>>().value;
        for (std::uint64_t i = 0; i < 3; ++i) append(tx, about("entry", born, "birth\tof\none\\"));
        append(tx, about("customer", ahead, "ahead"));
        return {};
    }));
    append_one(8);
    ASSERT_TRUE(book_->write([&](sql::Transaction& tx) -> base::Result<void> {
        append(tx, about("entry", born, "later"));
        return {};
    }));
    const auto reasons = [&](Object object, std::uint64_t before, int limit) {
        std::string all;
        for (const Entry& entry :
             book_->read([&](sql::Snapshot& s) { return entries(s, object, before, limit); })) {
            all += std::to_string(entry.sequence) + " " + entry.reason + "; ";
        }
        return all;
    };
    EXPECT_EQ(reasons({"entry", born}, 0, 2), "7 later; 4 birth\tof\none\\; ");
    EXPECT_EQ(reasons({"entry", born}, 4, 9), "3 birth\tof\none\\; 2 birth\tof\none\\; ");
    EXPECT_EQ(reasons({"customer", ahead}, 0, 9), "5 ahead; ");
    EXPECT_EQ(reasons({"customer", born}, 0, 9), "");
    EXPECT_FALSE(verdict().first_bad);
}

TEST_F(AuditTest, FindsTheSameAsReadingAllWhereverNumbersRiseOrComeBack)
{
    std::mt19937 random{20261122};
    std::map<std::pair<std::string, std::uint64_t>, std::string> expected;
    std::uint64_t sequence = 0;
    std::uint64_t rising = 0;
    for (int commit = 0; commit < 150; ++commit) {
        std::vector<Record> records;
        for (std::size_t left = 1 + random() % 6; left > 0; --left) {
            // Entries rise; now and then an older one is named again. Cards come in any order.
            const bool card = random() % 3 == 0;
            const std::uint64_t id = card                ? 1 + random() % 40
                                     : random() % 4 == 0 ? 1 + random() % (rising + 1)
                                                         : (rising += 1 + random() % 3);
            records.push_back({.actor = {},
                               .action = "test.act",
                               .object = {card ? "card" : "entry", id},
                               .reason = {},
                               .details = {}});
        }
        const bool refused = random() % 5 == 0;
        const auto done = book_->write([&](sql::Transaction& tx) -> base::Result<void> {
            for (const Record& record : records) append(tx, record);
            if (refused) return base::rejected("test.no", "no");
            return {};
        });
        EXPECT_EQ(done.has_value(), !refused);
        if (refused) continue;
        for (const Record& record : records) {
            std::string& found = expected[{std::string{record.object.kind}, record.object.id}];
            found = std::to_string(++sequence) + " " + found;
        }
    }
    book_->read([&](sql::Snapshot& snapshot) {
        for (const std::string_view kind : {"card", "entry"}) {
            for (std::uint64_t id = 1; id <= rising + 1; ++id) {
                std::string found;
                for (const Entry& entry : entries(snapshot, {kind, id}, 0, 1000)) {
                    found += std::to_string(entry.sequence) + " ";
                }
                EXPECT_EQ(found, (expected[{std::string{kind}, id}])) << kind << " " << id;
            }
        }
        auto rows = snapshot.query("select count(*) from audit_mention");
        ASSERT_TRUE(rows.next());
        EXPECT_LT(rows.integer(0), static_cast<std::int64_t>(sequence * 2 / 3));
    });
}

TEST_F(AuditTest, ARefusalTakesItsRecordsBackAndLeavesThoseOfItsGroup)
{
    std::promise<void> both;
    std::atomic<int> answered = 0;
    const auto unit = [](bool refuse) {
        return [refuse](sql::Transaction& tx) -> base::Result<void> {
            append(tx, {.actor = {},
                        .action = "test.act",
                        .object = {"a", 1},
                        .reason = refuse ? "refused" : "kept",
                        .details = {}});
            if (refuse) return base::rejected("test.no", "no");
            return {};
        };
    };
    std::promise<void> gate;
    book_->submit(
        [&](sql::Transaction&) -> base::Result<void> {
            gate.get_future().wait();  // So that the others come in one group.
            return {};
        },
        [](const base::Result<void>&) {});
    for (const bool refuse : {false, true, false}) {
        book_->submit(unit(refuse), [&](const base::Result<void>&) {
            if (++answered == 3) both.set_value();
        });
    }
    gate.set_value();
    both.get_future().wait();
    EXPECT_EQ(verdict().records, 2U);
    EXPECT_FALSE(verdict().first_bad);
}

TEST_F(AuditTest, KeepsATrailOfTheFormerTables)
{
    // As the first release wrote it.
    auto old = sql::open_test_book(folder_ / "old.db", clock_, {.number = 4});
    ASSERT_TRUE(old->migrate(migrations().first(1)));
    crypto::Digest previous{};
    ASSERT_TRUE(old->write([&](sql::Transaction& tx) -> base::Result<void> {
        for (int i = 1; i <= 3; ++i) {
            const std::string reason = "tab\t, line\n and \\ of " + std::to_string(i);
            crypto::Bytes message(previous.begin(), previous.end());
            crypto::append_u64(message, static_cast<std::uint64_t>(i));
            crypto::append_u64(message, static_cast<std::uint64_t>(tx.now().micros));
            crypto::append_framed(message, crypto::as_bytes("staff"));
            crypto::append_u64(message, 12);
            crypto::append_framed(message, crypto::as_bytes("account.open"));
            crypto::append_framed(message, crypto::as_bytes("account"));
            crypto::append_u64(message, 900);
            crypto::append_framed(message, crypto::as_bytes(reason));
            crypto::append_framed(message, crypto::as_bytes("{}"));
            previous = crypto::sha256(message);
            tx.execute(
                "insert into audit_record(sequence, instant, actor_kind, actor, action, "
                "object_kind, object, reason, details, hash) values (?, ?, 'staff', 12, "
                "'account.open', 'account', 900, ?, '{}', ?)",
                i, tx.now(), reason, std::as_bytes(std::span(previous)));
        }
        return {};
    }));
    ASSERT_TRUE(old->migrate(migrations()));
    std::swap(book_, old);
    append_one(900, "new");
    append_one(900, std::string_view("zero\0byte", 9));
    append_one(900, "newer");
    EXPECT_EQ(verdict().records, 6U);
    EXPECT_FALSE(verdict().first_bad);
    const auto list = book_->read([&](sql::Snapshot& s) {
        return entries(s, {"account", 900}, 0, 9);
    });
    ASSERT_EQ(list.size(), 6U);
    EXPECT_EQ(list[0].reason, "newer");
    EXPECT_EQ(list[1].reason, std::string_view("zero\0byte", 9));
    EXPECT_EQ(list[5].reason, "tab\t, line\n and \\ of 1");
    old.reset();
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
