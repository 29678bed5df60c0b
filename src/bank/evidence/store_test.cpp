// SPDX-License-Identifier: Apache-2.0
#include <bank/evidence/store.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace bank::evidence {
namespace {

class StoreTest : public testing::Test {
protected:
    StoreTest()
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 1});
        EXPECT_TRUE(book_->migrate(migrations()));
    }
    ~StoreTest() override
    {
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    EvidenceId put(std::string_view content)
    {
        const EvidenceId id{book_->next_id()};
        const Written written = store_.write(id, content);
        EXPECT_TRUE(book_->write([&](platform::sql::Transaction& tx) -> base::Result<void> {
            store_.record(tx, written, 7, "face", "image/jpeg");
            return {};
        }));
        return id;
    }

    base::Result<std::string> get(EvidenceId id)
    {
        return book_->read([&](platform::sql::Snapshot& snapshot) -> base::Result<std::string> {
            return store_.content(TRY(store_.piece(snapshot, id)));
        });
    }

    std::filesystem::path only_file()
    {
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator{folder_ / "evidence"}) {
            if (entry.is_regular_file()) return entry.path();
        }
        return {};
    }

    base::SystemClock clock_;
    platform::crypto::SystemRandom random_;
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("evidence-test-" + std::to_string(getpid()));
    std::unique_ptr<platform::crypto::Keyring> keyring_ =
        platform::crypto::Keyring::in_memory(random_);
    Store store_{folder_ / "evidence", *keyring_, random_};
    std::unique_ptr<platform::sql::Book> book_;
};

TEST_F(StoreTest, GivesBackWhatItWasGivenAndKeepsItSealedOnDisk)
{
    const std::string content(100'000, 'p');
    const EvidenceId id = put(content);
    EXPECT_EQ(get(id).value(), content);
    std::ifstream in{only_file(), std::ios::binary};
    const std::string raw{std::istreambuf_iterator<char>{in}, {}};
    EXPECT_EQ(raw.find("pppp"), std::string::npos);
    EXPECT_TRUE(store_.check(*book_).empty());
}

TEST_F(StoreTest, NoticesAnAlteredOrMissingFile)
{
    const EvidenceId id = put("picture");
    std::fstream file{only_file(), std::ios::binary | std::ios::in | std::ios::out};
    file.seekp(20);
    file.put('x');
    file.close();
    EXPECT_EQ(get(id).error().reason, "evidence.unreadable");
    EXPECT_EQ(store_.check(*book_).size(), 1u);
    std::filesystem::remove(only_file());
    EXPECT_EQ(store_.check(*book_).size(), 1u);
    EXPECT_EQ(get(EvidenceId{1}).error().reason, "evidence.unknown");
}

TEST_F(StoreTest, KeepsNotesByCaseAndKind)
{
    EXPECT_TRUE(book_->write([&](platform::sql::Transaction& tx) -> base::Result<void> {
        store_.set_note(tx, 7, "liveness", 1, "first");
        store_.set_note(tx, 7, "liveness", 1, "second");
        store_.set_note(tx, 8, "liveness", 1, "another case");
        return {};
    }));
    book_->read([&](platform::sql::Snapshot& snapshot) {
        EXPECT_EQ(store_.note(snapshot, 7, "liveness", 1).value(), "second");
        EXPECT_EQ(store_.note(snapshot, 7, "reading", 1).value(), std::nullopt);
        EXPECT_EQ(store_.count_notes(snapshot, 7, "liveness"), 1);
        return 0;
    });
}

TEST_F(StoreTest, SweepsOldFilesWithoutARow)
{
    store_.write(EvidenceId{book_->next_id()}, "never recorded");
    EXPECT_EQ(store_.sweep(*book_, clock_.now()), 0);
    EXPECT_EQ(store_.sweep(*book_, base::after_seconds(clock_.now(), 7200)), 1);
    put("recorded");
    EXPECT_EQ(store_.sweep(*book_, base::after_seconds(clock_.now(), 7200)), 0);
}

}  // namespace
}  // namespace bank::evidence
