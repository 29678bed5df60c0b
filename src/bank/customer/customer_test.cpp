// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/consent.h>
#include <bank/customer/person.h>
#include <bank/customer/rotation.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace bank::customer {
namespace {

namespace crypto = platform::crypto;
namespace sql = platform::sql;

class CustomerTest : public testing::Test {
protected:
    CustomerTest()
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        book_ = sql::open_test_book(folder_ / "book.db", clock_, {.number = 4});
        EXPECT_TRUE(book_->migrate(migrations()));
    }
    ~CustomerTest() override
    {
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    template <class Work>
    auto in_unit(Work work)
    {
        return book_->write([&](sql::Transaction& tx) { return work(tx); });
    }

    base::Result<CustomerId> add(const Fields& fields)
    {
        return in_unit(
            [&](sql::Transaction& tx) { return create(tx, vault_, fields, Knowledge::remote); });
    }

    base::Result<Fields> read(CustomerId customer)
    {
        return book_->read([&](sql::Snapshot& s) { return read_fields(s, vault_, customer, {}); });
    }

    std::optional<CustomerId> by_number(std::string_view number)
    {
        return book_->read([&](sql::Snapshot& s) { return find_by_id_number(s, vault_, number); });
    }

    std::vector<CustomerId> by_phone(std::string_view phone)
    {
        return book_->read([&](sql::Snapshot& s) { return find_by_phone(s, vault_, phone); });
    }

    base::Result<void> set(CustomerId customer, const Fields& fields)
    {
        return in_unit(
            [&](sql::Transaction& tx) { return set_fields(tx, vault_, customer, fields); });
    }

    template <class T>
    static std::string reason(const base::Result<T>& result)
    {
        return result ? "fine" : std::string(result.error().reason);
    }

    const Fields wang_{{"name", "王测试"},
                       {"id_number", "11010119900101123x"},
                       {"phone", "+86 138 0000 1234"},
                       {"address", "北京市东城区景山前街4号"},
                       {"birth_date", "1990-01-01"},
                       {"occupation", "教师"},
                       {"face_template", std::string("\0\1\2", 3)}};

    base::ManualClock clock_{base::parse_instant("2026-11-21T00:00:00Z").value()};
    crypto::SystemRandom random_;
    std::unique_ptr<crypto::Keyring> keyring_ = crypto::Keyring::in_memory(random_);
    Vault vault_{*keyring_, random_, "harbour"};
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("customer-test-" + std::to_string(getpid()));
    std::unique_ptr<sql::Book> book_;
};

TEST_F(CustomerTest, KeepsFieldsAndFindsThePersonByNumberAndPhone)
{
    const CustomerId wang = add(wang_).value();
    const Fields fields = read(wang).value();
    EXPECT_EQ(fields.at("name"), "王测试");
    EXPECT_EQ(fields.at("phone"), "13800001234");
    EXPECT_EQ(fields.at("face_template"), std::string("\0\1\2", 3));
    EXPECT_EQ(by_number("11010119900101123X"), wang);
    EXPECT_EQ(by_number("110101199001011231"), std::nullopt);
    EXPECT_EQ(by_phone("138-0000-1234"), std::vector{wang});
    EXPECT_TRUE(by_phone("nonsense").empty());
    const Person person = book_->read([&](sql::Snapshot& s) { return find(s, wang); }).value();
    EXPECT_EQ(person.state, State::active);
    EXPECT_EQ(person.knowledge, Knowledge::remote);
}

TEST_F(CustomerTest, WritesNothingPersonalIntoTheFile)
{
    ASSERT_TRUE(add(wang_));
    book_.reset();
    std::string all;
    for (const auto& file : std::filesystem::directory_iterator(folder_)) {
        std::ostringstream content;
        content << std::ifstream(file.path(), std::ios::binary).rdbuf();
        all += content.str();
    }
    ASSERT_NE(all.find("occupation"), std::string::npos);  // Names of fields are there,
    for (const char* secret : {"王测试", "11010119900101", "13800001234", "景山", "教师"}) {
        EXPECT_EQ(all.find(secret), std::string::npos) << secret;  // values are not.
    }
}

TEST_F(CustomerTest, RefusesASecondCustomerWithTheSameNumber)
{
    const CustomerId wang = add(wang_).value();
    EXPECT_EQ(reason(add({{"id_number", "11010119900101123X"}})), "customer.id_number_taken");
    EXPECT_EQ(reason(set(wang, wang_)), "fine");
    const CustomerId other = add({{"name", "other"}, {"phone", "13800001234"}}).value();
    EXPECT_EQ(reason(set(other, {{"id_number", "11010119900101123x"}})),
              "customer.id_number_taken");
    EXPECT_EQ(by_phone("13800001234"), (std::vector{wang, other}));
}

TEST_F(CustomerTest, ChangesAndRemovesFieldsAndWhatTheyAreFoundBy)
{
    const CustomerId wang = add(wang_).value();
    EXPECT_EQ(reason(set(wang, {{"phone", "13900005678"}, {"occupation", ""}})), "fine");
    EXPECT_TRUE(by_phone("13800001234").empty());
    EXPECT_EQ(by_phone("13900005678"), std::vector{wang});
    EXPECT_FALSE(read(wang).value().contains("occupation"));
}

TEST_F(CustomerTest, RefusesFieldsThatAreNoneTooLongOrMalformed)
{
    EXPECT_EQ(reason(add({{"Name'; drop table", "x"}})), "customer.field_unknown");
    EXPECT_EQ(reason(add({{"", "x"}})), "customer.field_unknown");
    EXPECT_EQ(reason(add({{"name", std::string(64 * 1024 + 1, 'x')}})), "customer.field_too_long");
    EXPECT_EQ(reason(add({{"phone", "123"}})), "customer.phone_malformed");
    EXPECT_EQ(reason(set(CustomerId{77}, {{"name", "x"}})), "customer.unknown");
    for (const char* name : {"O'Brien\"; --", "<script>alert(1)</script>", "\xff\xfe", "𠮷野家"}) {
        const CustomerId id = add({{"name", name}}).value();
        EXPECT_EQ(read(id).value().at("name"), name);
    }
}

TEST_F(CustomerTest, MasksEveryFieldAndLeavesTheFaceOut)
{
    const CustomerId wang = add(wang_).value();
    const Fields masked =
        book_->read([&](sql::Snapshot& s) { return masked_fields(s, vault_, wang); }).value();
    EXPECT_EQ(masked.at("name"), "王**");
    EXPECT_EQ(masked.at("phone"), "138****1234");
    EXPECT_EQ(masked.at("id_number"), "110101********123X");
    EXPECT_EQ(masked.at("address"), "北京市东城区****");
    EXPECT_EQ(masked.at("birth_date"), "1990-**-**");
    EXPECT_EQ(masked.at("occupation"), "****");
    EXPECT_FALSE(masked.contains("face_template"));
}

TEST_F(CustomerTest, RevealsOnlyWithAReason)
{
    const CustomerId wang = add(wang_).value();
    const auto asked = [&](std::string_view why) {
        return reason(book_->read([&](sql::Snapshot& s) {
            constexpr std::array names{field::phone};
            return reveal(s, vault_, wang, names, why);
        }));
    };
    EXPECT_EQ(asked(""), "customer.reason_missing");
    EXPECT_EQ(asked(" a    b "), "customer.reason_missing");
    EXPECT_EQ(asked("客户来电"), "fine");
}

TEST_F(CustomerTest, ErasureLeavesTheRecordAndNothingToRead)
{
    const CustomerId wang = add(wang_).value();
    const auto erase_it = [&] {
        return reason(in_unit([&](sql::Transaction& tx) { return erase(tx, wang); }));
    };
    EXPECT_EQ(erase_it(), "fine");
    EXPECT_EQ(erase_it(), "fine");
    EXPECT_EQ(reason(read(wang)), "customer.erased");
    EXPECT_EQ(by_number("11010119900101123X"), std::nullopt);
    EXPECT_TRUE(by_phone("13800001234").empty());
    EXPECT_EQ(reason(set(wang, {{"name", "x"}})), "customer.erased");
    EXPECT_EQ(book_->read([&](sql::Snapshot& s) { return find(s, wang); }).value().state,
              State::erased);
    EXPECT_EQ(reason(add(wang_)), "fine");  // The person may come back as another customer.
}

TEST_F(CustomerTest, DoesNotOpenAFieldThatWasMovedToAnotherRow)
{
    const CustomerId wang = add(wang_).value();
    const CustomerId other = add({{"name", "other"}}).value();
    ASSERT_TRUE(in_unit([&](sql::Transaction& tx) -> base::Result<void> {
        tx.execute(
            "update customer_field set sealed = (select sealed from customer_field where customer "
            "= ? and name = 'name') where customer = ? and name = 'name'",
            wang, other);
        tx.execute(
            "update customer_field set sealed = (select sealed from customer_field where customer "
            "= ? and name = 'name') where customer = ? and name = 'address'",
            wang, wang);
        return {};
    }));
    EXPECT_EQ(reason(read(other)), "crypto.unreadable");
    EXPECT_EQ(reason(read(wang)), "crypto.unreadable");
}

TEST_F(CustomerTest, RotatesKeysInStepsThatMayBeStoppedAnywhere)
{
    std::vector<CustomerId> all;
    for (int i = 0; i < 7; ++i) {
        all.push_back(add({{"name", "n" + std::to_string(i)},
                           {"id_number", "X" + std::to_string(i)},
                           {"phone", "1380000123" + std::to_string(i)}})
                          .value());
    }
    ASSERT_TRUE(in_unit([&](sql::Transaction& tx) { return erase(tx, all[5]); }));
    keyring_->rotate(random_, clock_.now());
    EXPECT_EQ(by_number("X3"), all[3]);  // Found before it is done.
    EXPECT_EQ(reason(add({{"id_number", "X3"}})), "customer.id_number_taken");

    const auto unused = [&] {
        return book_->read([&](sql::Snapshot& s) { return key_is_unused(s, 1); });
    };
    const auto step = [&](CustomerId after) {
        return in_unit([&](sql::Transaction& tx) { return rotate_keys(tx, vault_, after, 3); })
            .value();
    };
    const RotationStep first = step({});
    EXPECT_EQ(first.rewrapped, 3);
    EXPECT_FALSE(first.finished);
    EXPECT_FALSE(unused());
    EXPECT_EQ(step({}).rewrapped, 3);  // Begun again from the start: goes on with the rest.
    EXPECT_TRUE(step({}).finished);
    EXPECT_TRUE(unused());

    ASSERT_TRUE(keyring_->remove(1));
    EXPECT_EQ(by_number("X3"), all[3]);
    EXPECT_EQ(by_phone("13800001236"), std::vector{all[6]});
    EXPECT_EQ(read(all[0]).value().at("name"), "n0");
}

TEST_F(CustomerTest, RemembersConsentsWithTheirText)
{
    const CustomerId wang = add(wang_).value();
    const auto record = [&](std::string version, bool given) {
        return reason(in_unit([&](sql::Transaction& tx) {
            return record_consent(tx, wang,
                                  {.document = "face-processing",
                                   .version = std::move(version),
                                   .language = "zh",
                                   .text_hash = crypto::sha256(crypto::as_bytes("text")),
                                   .given = given,
                                   .channel = "phone"});
        }));
    };
    const auto agreed = [&](std::string_view document, std::string_view version) {
        return book_->read(
            [&](sql::Snapshot& s) { return has_consent(s, wang, document, version); });
    };
    EXPECT_FALSE(agreed("face-processing", ""));
    EXPECT_EQ(record("1", true), "fine");
    EXPECT_TRUE(agreed("face-processing", ""));
    EXPECT_TRUE(agreed("face-processing", "1"));
    EXPECT_FALSE(agreed("face-processing", "2"));
    EXPECT_FALSE(agreed("account-agreement", ""));
    EXPECT_EQ(record("1", false), "fine");
    EXPECT_FALSE(agreed("face-processing", "1"));
    const auto all = book_->read([&](sql::Snapshot& s) { return consents(s, wang); });
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].text_hash, crypto::sha256(crypto::as_bytes("text")));
    EXPECT_EQ(all[0].instant, clock_.now());
}

}  // namespace
}  // namespace bank::customer
