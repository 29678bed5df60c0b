// SPDX-License-Identifier: Apache-2.0
#include <platform/vision/document.h>
#include <platform/vision/face_reader.h>
#include <platform/vision/image.h>
#include <platform/vision/internal/picture_header.h>
#include <platform/vision/models.h>
#include <platform/vision/text_reader.h>

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

namespace platform::vision {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

const std::filesystem::path root = YUNGUI_SOURCE_DIR;
const std::filesystem::path identities = root / "tests/data/identities";

std::string slurp(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A ramp of colours whose corners differ, so that turns and mirrors show.
Image ramp(int width, int height)
{
    Image image{width, height, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            image.pixels.push_back(static_cast<std::uint8_t>(255 * x / width));
            image.pixels.push_back(static_cast<std::uint8_t>(255 * y / height));
            image.pixels.push_back(60);
        }
    return image;
}

std::string reason(const base::Result<Image>& result)
{
    return result ? "" : std::string(result.error().reason);
}

/// A JPEG with an EXIF block that holds nothing but an orientation.
std::string with_orientation(const std::string& jpeg, char orientation)
{
    const std::string tiff =
        "MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0"s + orientation + "\0\0\0\0\0\0"s;
    const std::string body = "Exif\0\0"s + tiff;
    const auto size = static_cast<char>(body.size() + 2);
    return jpeg.substr(0, 2) + "\xFF\xE1\0"s + size + body + jpeg.substr(2);
}

TEST(Image, a_jpeg_comes_back_as_it_was_but_for_what_the_format_loses)
{
    const Image image = ramp(120, 80);
    const Image back = decode_image(encode_jpeg(image, 95)).value();
    ASSERT_EQ(back.width, 120);
    ASSERT_EQ(back.height, 80);
    double off = 0;
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        off += std::abs(image.pixels[i] - back.pixels[i]);
    EXPECT_LT(off / static_cast<double>(image.pixels.size()), 3);
}

TEST(Image, the_exif_orientation_is_undone)
{
    const std::string jpeg = encode_jpeg(ramp(120, 80), 95);
    EXPECT_EQ(exif_orientation(with_orientation(jpeg, 6)), 6);
    const Image turned = decode_image(with_orientation(jpeg, 6)).value();
    EXPECT_EQ(turned.width, 80);
    EXPECT_EQ(turned.height, 120);
    // 6: the stored picture must be turned clockwise, so its left bottom becomes the left top.
    EXPECT_LT(turned.pixels[0], 40);
    EXPECT_GT(turned.pixels[1], 200);
    const Image mirrored = decode_image(with_orientation(jpeg, 2)).value();
    EXPECT_GT(mirrored.pixels[0], 200);
    EXPECT_EQ(decode_image(with_orientation(jpeg, 9)).value().width, 120);
}

TEST(Image, what_is_no_picture_or_cut_short_or_too_large_is_refused_with_its_reason)
{
    const std::string jpeg = encode_jpeg(ramp(200, 200));
    EXPECT_EQ(reason(decode_image("")), "vision.unreadable_picture");
    EXPECT_EQ(reason(decode_image("GIF89a")), "vision.unreadable_picture");
    EXPECT_EQ(reason(decode_image("\xFF\xD8\xFF")), "vision.unreadable_picture");
    EXPECT_EQ(reason(decode_image("\x89PNG\r\n\x1A\n"sv)), "vision.unreadable_picture");
    EXPECT_EQ(reason(decode_image("RIFF\4\0\0\0WEBP"sv)), "vision.unreadable_picture");
    EXPECT_EQ(reason(decode_image(std::string_view(jpeg).substr(0, jpeg.size() / 2))),
              "vision.unreadable_picture");
    EXPECT_EQ(reason(decode_image(encode_jpeg(ramp(8, 8)))), "vision.unreadable_picture");
    EXPECT_EQ(reason(decode_image(jpeg, {.max_bytes = 100})), "vision.picture_too_large");
    EXPECT_EQ(reason(decode_image(jpeg, {.max_pixels = 1000})), "vision.picture_too_large");
    EXPECT_EQ(decode_image(jpeg, {.longest_side = 50}).value().width, 50);
}

TEST(Image, no_cut_or_changed_byte_of_a_header_breaks_the_decoder)
{
    const std::string jpeg = with_orientation(encode_jpeg(ramp(32, 32)), 3);
    for (std::size_t i = 0; i < std::min<std::size_t>(jpeg.size(), 400); ++i) {
        std::string broken = jpeg;
        broken[i] = static_cast<char>(~broken[i]);
        (void)decode_image(broken);
        (void)decode_image(jpeg.substr(0, i));
    }
}

TEST(Image, four_quarter_turns_are_none)
{
    const Image image = ramp(20, 30);
    EXPECT_EQ(rotated(rotated(image, 1), 3).pixels, image.pixels);
    EXPECT_EQ(rotated(rotated(image, 2), 2).pixels, image.pixels);
    EXPECT_EQ(rotated(image, 1).width, 30);
    EXPECT_EQ(crop(image, {-5, -5, 10, 10}).width, 5);
    EXPECT_TRUE(crop(image, {50, 50, 10, 10}).empty());
}

TEST(Image, a_blurred_picture_measures_less_sharp_than_a_card)
{
    const Image card = decode_image(slurp(identities / "02/front.jpg")).value();
    const Image blurred = decode_image(slurp(identities / "refused/blurred.jpg")).value();
    const Image black = decode_image(slurp(identities / "refused/black.jpg")).value();
    EXPECT_GT(measure_quality(card).sharpness, 3 * measure_quality(blurred).sharpness);
    EXPECT_LT(measure_quality(black).brightness, .12F);
}

TEST(Document, a_card_on_a_table_is_found_at_any_rotation)
{
    const Image photograph = decode_image(slurp(identities / "01/front.jpg")).value();
    for (int turns = 0; turns < 4; ++turns) {
        const std::optional<Card> card = find_card(rotated(photograph, turns));
        ASSERT_TRUE(card.has_value()) << turns;
        EXPECT_EQ(card->picture.width, card_width);
        EXPECT_GT(card->coverage, .2F);
    }
    EXPECT_FALSE(find_card(ramp(400, 300)).has_value());
}

class Models : public testing::Test {
protected:
    void SetUp() override
    {
        if (!models_present(folder))
            GTEST_SKIP() << "the models are not here: tools/setup/models.py";
    }
    const std::filesystem::path folder = models_folder(root);
};

TEST_F(Models, the_number_of_a_sample_card_is_read)
{
    TextReader text{folder};
    const Image card = as_card(decode_image(slurp(identities / "04/front.jpg")).value());
    bool name = false, address = false;
    for (const TextLine& line : text.read(card)) {
        name = name || line.text.find("测勇山") != std::string::npos;
        address = address || line.text.find("云南省昆明市五华区") != std::string::npos;
        EXPECT_FALSE(line.characters.empty());
    }
    EXPECT_TRUE(name);
    EXPECT_TRUE(address);
}

TEST_F(Models, a_face_is_found_measured_and_known_again_on_the_card)
{
    FaceReader faces{folder};
    const Image live = decode_image(slurp(identities / "02/selfie.jpg")).value();
    const Image card = decode_image(slurp(identities / "02/front.jpg")).value();
    const std::vector<Face> a = faces.find(live), b = faces.find(card);
    ASSERT_EQ(a.size(), 1U);
    ASSERT_FALSE(b.empty());
    EXPECT_LT(std::abs(a[0].yaw_degrees), 15);
    EXPECT_GT(a[0].right_eye_openness, .15F);
    EXPECT_GT(similarity(faces.embed(live, a[0]), faces.embed(card, b[0])), .6F);

    const std::optional<Face> again = faces.follow(live, a[0]);
    ASSERT_TRUE(again.has_value());
    EXPECT_NEAR(again->points[2].x, a[0].points[2].x, 4);
    EXPECT_TRUE(faces.find(ramp(300, 300)).empty());
}

TEST_F(Models, threads_may_share_a_reader)
{
    FaceReader faces{folder};
    const Image live = decode_image(slurp(identities / "03/selfie.jpg")).value();
    std::vector<std::jthread> threads;
    std::atomic<int> found = 0;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] { found += static_cast<int>(faces.find(live).size()); });
    threads.clear();
    EXPECT_EQ(found, 3);
}

TEST(Readers, without_models_the_first_use_says_what_to_run)
{
    TextReader text{"/nowhere"};
    EXPECT_THROW(text.read(ramp(100, 100)), std::runtime_error);
    EXPECT_FALSE(models_present("/nowhere"));
}

}  // namespace
}  // namespace platform::vision
