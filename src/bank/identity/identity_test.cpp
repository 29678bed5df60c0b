// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/face_match.h>
#include <bank/identity/id_card.h>
#include <bank/identity/id_number.h>
#include <platform/vision/models.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace bank::identity {
namespace {

namespace fs = std::filesystem;

const fs::path root = YUNGUI_SOURCE_DIR;
const fs::path identities = root / "tests/data/identities";
const base::Date today = base::make_date(2026, 11, 21).value();

std::string slurp(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

template <class T>
std::string reason(const base::Result<T>& result)
{
    return result ? "" : std::string(result.error().reason);
}

TEST(IdNumber, each_kind_of_wrong_number_has_its_reason)
{
    const struct {
        const char* text;
        const char* reason;
    } cases[] = {
        {"11010519491231002X", ""},
        {"11010519491231002x", ""},
        {" 110105 19491231 002X ", ""},
        {"１１０１０５１９４９１２３１００２Ｘ", ""},
        {"440524188001010014", "identity.number_birth_date"},  // Before 1900.
        {"110105194912310021", "identity.number_check_digit"},
        {"990105194912310027", "identity.number_region"},
        {"110105194902300024", "identity.number_birth_date"},
        {"110105202612010023", "identity.number_birth_date"},  // Not yet born.
        {"1101051949123100", "identity.number_malformed"},
        {"110105194912310022222222222222222", "identity.number_malformed"},
        {"11010519491231X02X", "identity.number_malformed"},
        {"110105-19491231-002X", "identity.number_malformed"},
        {"", "identity.number_malformed"},
        {"\xEF\xBC", "identity.number_malformed"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(reason(parse_id_number(c.text, today)), c.reason) << c.text;
}

TEST(IdNumber, birth_date_and_sex_follow_from_it)
{
    const IdNumber number = parse_id_number("11010519491231002X", today).value();
    EXPECT_EQ(base::to_string(number.born), "1949-12-31");
    EXPECT_EQ(number.sex, Sex::female);
    EXPECT_EQ(province_of(number.text), "北京市");
    EXPECT_EQ(masked_id_number(number.text), "1101**********002X");
    EXPECT_EQ(masked_id_number("123"), "***");
}

TEST(IdNumber, changing_any_one_digit_or_swapping_two_is_noticed)
{
    const std::string right = "11010519491231002X";
    for (std::size_t i = 0; i < 17; ++i) {
        for (char c = '0'; c <= '9'; ++c) {
            std::string wrong = right;
            wrong[i] = c;
            if (wrong != right) {
                EXPECT_NE(id_check_character(wrong.substr(0, 17)), wrong[17]) << wrong;
            }
        }
        if (i + 1 < 17 && right[i] != right[i + 1]) {
            std::string swapped = right;
            std::swap(swapped[i], swapped[i + 1]);
            EXPECT_NE(id_check_character(swapped.substr(0, 17)), swapped[17]) << swapped;
        }
    }
}

TEST(IdNumber, the_public_vectors_are_judged_alike)
{
    const fs::path vectors = root / "../shared/data/id_checksums/checksum_vectors.csv";
    if (!fs::exists(vectors)) GTEST_SKIP() << "no public vectors beside this checkout";
    std::ifstream in(vectors);
    int count = 0;
    for (std::string line; std::getline(in, line);) {
        std::istringstream fields(line);
        std::string kind, input, verdict;
        std::getline(fields, kind, ',');
        std::getline(fields, input, ',');
        std::getline(fields, verdict, ',');
        if (kind != "cn_ric") continue;
        ++count;
        EXPECT_EQ(parse_id_number(input, today).has_value(), verdict == "valid") << input;
    }
    EXPECT_GE(count, 4);
}

TEST(Age, the_sixteenth_birthday_is_old_enough_for_sixteen)
{
    const base::Date born = base::make_date(2010, 11, 21).value();
    EXPECT_TRUE(check_age(born, today, 16));
    EXPECT_EQ(reason(check_age(born, base::make_date(2026, 11, 20).value(), 16)),
              "identity.under_age");
}

CardField read(std::string text)
{
    return {std::move(text), 1, true};
}

CardFront front_of(std::string number, std::string sex, std::string born)
{
    CardFront front;
    front.number = read(std::move(number));
    front.sex = read(std::move(sex));
    front.birth_date = read(std::move(born));
    front.portrait = {1, 1, {0, 0, 0}};
    return front;
}

TEST(CheckCard, contradictions_and_dates_are_remarked)
{
    const struct {
        const char *number, *sex, *born, *from, *until, *remark;
    } cases[] = {
        {"11010519491231002X", "女", "1949-12-31", "2010-05-04", "长期", ""},
        {"11010519491231002X", "女", "1949-12-31", "2010-05-04", "2030-05-04", ""},
        {"11010519491231002X", "男", "1949-12-31", "2010-05-04", "长期",
         "identity.number_contradicts_sex"},
        {"11010519491231002X", "女", "1949-12-13", "2010-05-04", "长期",
         "identity.number_contradicts_birth_date"},
        {"110105194912310021", "女", "1949-12-31", "2010-05-04", "长期",
         "identity.number_check_digit"},
        {"11010519491231002X", "女", "1949-12-31", "2006-05-04", "2026-05-04",
         "identity.card_expired"},
        {"11010519491231002X", "女", "1949-12-31", "2006-11-21", "2026-11-21", ""},
        {"11010519491231002X", "女", "1949-12-31", "2027-05-04", "2047-05-04",
         "identity.card_not_yet_valid"},
        {"11010519491231002X", "女", "1949-12-31", "2020-05-04", "2033-05-04",
         "identity.card_validity_odd"},
    };
    for (const auto& c : cases) {
        CardBack back;
        back.valid_from = read(c.from);
        back.valid_until = read(c.until);
        const auto remarks = check_card(front_of(c.number, c.sex, c.born), back, today);
        if (*c.remark == '\0') {
            EXPECT_TRUE(remarks.empty()) << c.number << c.until;
        } else {
            ASSERT_EQ(remarks.size(), 1U) << c.remark;
            EXPECT_EQ(remarks[0].reason, c.remark);
        }
    }
}

class Cards : public testing::Test {
protected:
    void SetUp() override
    {
        if (!platform::vision::models_present(platform::vision::models_folder(root)))
            GTEST_SKIP() << "the models are not here: tools/setup/models.py";
    }
    static platform::vision::TextReader& text()
    {
        static platform::vision::TextReader reader{platform::vision::models_folder(root)};
        return reader;
    }
    static platform::vision::FaceReader& faces()
    {
        static platform::vision::FaceReader reader{platform::vision::models_folder(root)};
        return reader;
    }
};

TEST_F(Cards, both_sides_of_a_sample_card_are_read_whole)
{
    const auto truth = platform::json::parse(slurp(identities / "01/truth.json")).value();
    const IdCard card = read_id_card(slurp(identities / "01/front.jpg"),
                                     slurp(identities / "01/back.jpg"), today, text(), faces())
                            .value();
    EXPECT_EQ(card.front.name.text, truth["name"].text_or());
    EXPECT_EQ(card.front.sex.text, truth["gender"].text_or());
    EXPECT_EQ(card.front.ethnicity.text, truth["ethnicity"].text_or());
    EXPECT_EQ(card.front.birth_date.text, truth["birth"].text_or());
    EXPECT_EQ(card.front.address.text, truth["address"].text_or());
    EXPECT_EQ(card.front.number.text, truth["number"].text_or());
    EXPECT_EQ(card.back.issuer.text, truth["issuer"].text_or());
    EXPECT_EQ(card.back.valid_from.text, truth["valid_from"].text_or());
    EXPECT_EQ(card.back.valid_until.text, truth["valid_until"].text_or());
    EXPECT_TRUE(card.front.number.read);
    EXPECT_TRUE(card.remarks.empty());

    // The portrait is the owner of the live picture, and nobody else's.
    const auto live = platform::vision::decode_image(slurp(identities / "01/selfie.jpg")).value();
    const auto other = platform::vision::decode_image(slurp(identities / "07/selfie.jpg")).value();
    EXPECT_TRUE(match_faces(card.front.portrait, live, faces()).value().same);
    EXPECT_FALSE(match_faces(card.front.portrait, other, faces()).value().same);
}

TEST_F(Cards, a_card_on_its_head_is_read_too)
{
    const auto turned = platform::vision::rotated(
        platform::vision::decode_image(slurp(identities / "02/front.jpg")).value(), 2);
    const auto truth = platform::json::parse(slurp(identities / "02/truth.json")).value();
    const CardFront front =
        read_card_front(platform::vision::encode_jpeg(turned, 95), text(), faces()).value();
    EXPECT_EQ(front.number.text, truth["number"].text_or());
}

TEST_F(Cards, other_pictures_are_refused_with_what_is_wrong)
{
    const auto front = [&](const char* file) {
        return reason(read_card_front(slurp(identities / file), text(), faces()));
    };
    EXPECT_EQ(front("02/back.jpg"), "identity.card_wrong_side");
    EXPECT_EQ(reason(read_card_back(slurp(identities / "02/front.jpg"), text())),
              "identity.card_wrong_side");
    EXPECT_EQ(front("refused/black.jpg"), "identity.card_unreadable");
    EXPECT_EQ(front("refused/blurred.jpg"), "identity.card_unreadable");
    EXPECT_EQ(front("refused/receipt.jpg"), "identity.not_an_id_card");
    EXPECT_EQ(front("refused/broken.jpg"), "vision.unreadable_picture");
}

TEST_F(Cards, a_picture_without_a_face_matches_nothing)
{
    const auto receipt =
        platform::vision::decode_image(slurp(identities / "refused/receipt.jpg")).value();
    EXPECT_EQ(reason(match_faces(receipt, receipt, faces())), "identity.no_face");
    EXPECT_EQ(reason(match_faces({}, receipt, faces())), "identity.no_face");
}

}  // namespace
}  // namespace bank::identity
