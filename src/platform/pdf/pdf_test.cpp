// SPDX-License-Identifier: Apache-2.0
#include <platform/pdf/document.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace platform::pdf {
namespace {

std::string made(int pages, std::string_view text)
{
    Document document{"对账单", "云柜银行", "zh-CN"};
    for (int page = 0; page < pages; ++page) {
        document.begin_page();
        document.text({40, 40, 300}, text, {.size = 12, .weight = Weight::bold});
        document.rule(40, 60, 500, 0.5, {});
        EXPECT_GT(
            document.paragraph({40, 80, 100}, "长长的一段话要分成许多行才放得下，不会跑出边线",
                               {.size = 10}),
            25);
    }
    return document.finish();
}

/// What an independent reader (poppler) says of a file.
std::string said(const std::string& words, const std::string& bytes)
{
    const auto file = std::filesystem::temp_directory_path() /
                      ("yungui-pdf-" + std::to_string(::getpid()) + ".pdf");
    std::ofstream{file, std::ios::binary} << bytes;
    std::string seen;
    FILE* pipe = ::popen((words + " " + file.string() + " - 2>&1").c_str(), "r");
    char buffer[4096];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
        seen.append(buffer, n);
    ::pclose(pipe);
    std::filesystem::remove(file);
    return seen;
}

TEST(Pdf, TextOfAnyScriptCanBeReadBack)
{
    const std::string text = said("pdftotext", made(2, "柜立春 1,234.56 ئايگۈل Ægir"));
    for (const char* part : {"柜立春 1,234.56", "Ægir", "长长的一段话"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
    }
    EXPECT_EQ(std::count(text.begin(), text.end(), '\f'), 2);
}

TEST(Pdf, FontsAreEmbeddedAndCutToWhatIsUsed)
{
    const std::string bytes = made(3, "柜");
    EXPECT_TRUE(bytes.starts_with("%PDF-1."));
    EXPECT_LT(bytes.size(), 300'000u);  // A whole Chinese font is 20 MB.
    const auto file = std::filesystem::temp_directory_path() /
                      ("yungui-fonts-" + std::to_string(::getpid()) + ".pdf");
    std::ofstream{file, std::ios::binary} << bytes;
    FILE* pipe = ::popen(("pdffonts " + file.string()).c_str(), "r");
    char line[512];
    int fonts = 0;
    while (std::fgets(line, sizeof line, pipe) != nullptr) {
        const std::string row = line;
        if (row.starts_with("name") || row.starts_with("---")) continue;
        ++fonts;
        EXPECT_NE(row.find("yes yes yes"), std::string::npos) << row;  // Embedded, subset, unicode.
    }
    ::pclose(pipe);
    std::filesystem::remove(file);
    EXPECT_GT(fonts, 0);
}

TEST(Pdf, WhatIsNoTextIsDrawnAsSigns)
{
    const std::string text = said("pdftotext", made(1, std::string_view{"a\xff\x01\x00z", 5}));
    EXPECT_NE(text.find('a'), std::string::npos);
    EXPECT_NE(text.find('z'), std::string::npos);
}

}  // namespace
}  // namespace platform::pdf
