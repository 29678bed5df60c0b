// SPDX-License-Identifier: Apache-2.0
#include <bench/vision_sets.h>

#include <bank/identity/id_card.h>
#include <platform/json/value.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace bench {

namespace {

using bank::identity::CardField;

struct Score {
    int right = 0, fields = 0, wrong_but_sure = 0;

    void count(const CardField* field, std::string_view truth)
    {
        const bool same = field != nullptr && field->text == truth;
        ++fields;
        if (same)
            ++right;
        else if (field != nullptr && field->read)
            ++wrong_but_sure;
    }
};

int cards_wanted()
{
    const char* wanted = std::getenv("YUNGUI_BENCH_CARDS");
    return wanted == nullptr ? 200 : std::max(std::atoi(wanted), 4);
}

}  // namespace

void measure_cards(VisionBench& bench)
{
    const auto folders = folders_in(generated(bench, "bench", cards_wanted()));
    double seconds = 0, longest = 0;
    std::size_t read = 0;
    for (const char* level : {"clean", "phone", "poor"}) {
        Score score;
        const std::string ending = "-" + std::string(level) + ".jpg";
        for (std::size_t i = 0; i < folders.size(); ++i) {
            const auto truth = platform::json::parse(slurp(folders[i] / "truth.json"));
            if (!truth) continue;
            const std::string front_bytes = slurp(folders[i] / ("front" + ending));
            const std::string back_bytes = slurp(folders[i] / ("back" + ending));
            const double begun = thread_seconds();
            const auto front =
                bank::identity::read_card_front(front_bytes, bench.text, bench.faces);
            const auto back = bank::identity::read_card_back(back_bytes, bench.text);
            const double took = thread_seconds() - begun;
            seconds += took;
            longest = std::max(longest, took);
            ++read;
            const auto* f = front ? &front.value() : nullptr;
            const auto* b = back ? &back.value() : nullptr;
            const std::array<std::pair<const char*, const CardField*>, 9> fields{
                {{"name", f ? &f->name : nullptr},
                 {"gender", f ? &f->sex : nullptr},
                 {"ethnicity", f ? &f->ethnicity : nullptr},
                 {"birth", f ? &f->birth_date : nullptr},
                 {"address", f ? &f->address : nullptr},
                 {"number", f ? &f->number : nullptr},
                 {"issuer", b ? &b->issuer : nullptr},
                 {"valid_from", b ? &b->valid_from : nullptr},
                 {"valid_until", b ? &b->valid_until : nullptr}}};
            for (const auto& [name, field] : fields)
                score.count(field, truth.value()[name].text_or());
            progress(level, i + 1, folders.size());
        }
        const std::string name{level};
        bench.figures.emplace_back("ocr_field_accuracy_" + name,
                                   static_cast<double>(score.right) / std::max(score.fields, 1));
        bench.figures.emplace_back(
            "ocr_wrong_but_sure_" + name,
            static_cast<double>(score.wrong_but_sure) / std::max(score.fields, 1));
    }
    bench.figures.emplace_back("ocr_cards", static_cast<double>(folders.size()));
    // Both sides of a card: finding, straightening, reading, the portrait.
    bench.figures.emplace_back("ocr_s",
                               seconds / static_cast<double>(std::max<std::size_t>(read, 1)));
    bench.figures.emplace_back("ocr_longest_s", longest);
}

}  // namespace bench
