// SPDX-License-Identifier: Apache-2.0
#include <bench/vision_sets.h>

#include <bank/identity/face_match.h>
#include <bank/identity/liveness.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

namespace bench {

namespace {

using namespace bank::identity;

constexpr int people = 6;  // A film costs a quarter of a second a frame.
constexpr int orders_each = 2;
constexpr std::int64_t frame_ms = 125;  // The set is filmed at 8 frames a second.
constexpr std::size_t batch_size = 8;
constexpr base::Instant start{1'800'000'000'000'000};

using Frames = std::vector<std::string>;

Frames frames_in(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    if (std::filesystem::is_directory(folder))
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().extension() == ".jpg") files.push_back(entry.path());
    std::ranges::sort(files);
    Frames out;
    for (const auto& file : files) out.push_back(slurp(file));
    return out;
}

/// What the camera sees while the page asks for each challenge. A recording answers nothing: it is
/// cut into as many parts as there are challenges.
std::vector<Frames> film(const std::filesystem::path& kind, const std::vector<Challenge>& asked)
{
    std::vector<Frames> out(asked.size());
    if (const Frames tape = frames_in(kind / "tape"); !tape.empty()) {
        for (std::size_t i = 0; i < tape.size(); ++i)
            out[i * asked.size() / tape.size()].push_back(tape[i]);
        return out;
    }
    out[0] = frames_in(kind / "neutral");
    for (std::size_t i = 0; i < asked.size(); ++i)
        for (std::string& frame : frames_in(kind / to_string(asked[i])))
            out[i].push_back(std::move(frame));
    return out;
}

LivenessSession play(VisionBench& bench, const std::vector<Frames>& parts, LivenessSession session)
{
    std::int64_t ms = 0;
    for (std::size_t part = 0; part < parts.size(); ++part)
        for (std::size_t i = 0; i < parts[part].size(); i += batch_size) {
            LivenessBatch batch{session.nonce, static_cast<int>(part), {}};
            for (std::size_t k = i; k < std::min(i + batch_size, parts[part].size()); ++k)
                batch.frames.push_back({parts[part][k], ms += frame_ms});
            if (!add_frames(session, batch, start, bench.faces)) return session;
        }
    return session;
}

struct Outcome {
    int tries = 0, passed = 0, doubted = 0;

    void count(const LivenessVerdict& verdict, bool matched)
    {
        ++tries;
        if (verdict.passed && matched) ++(verdict.doubts.empty() ? passed : doubted);
    }
};

/// Why a living person was refused or doubted, for whoever reads along.
void explain(const std::filesystem::path& person, const LivenessVerdict& verdict)
{
    for (const auto& grounds : {verdict.reasons, verdict.doubts}) {
        for (const auto& ground : grounds) {
            std::fprintf(stderr, "\n  %s: %s (acts %.2f, depth %.2f, steadiness %.2f)",
                         person.filename().c_str(), std::string{ground}.c_str(),
                         static_cast<double>(verdict.acts), static_cast<double>(verdict.depth),
                         static_cast<double>(verdict.steadiness));
        }
    }
}

double share(int part, int whole)
{
    return whole == 0 ? 0 : static_cast<double>(part) / whole;
}

}  // namespace

void measure_liveness(VisionBench& bench)
{
    const auto folders = folders_in(generated(bench, "liveness", people));
    std::mt19937 generator{20261121};
    const RandomBytes random = [&](unsigned char* bytes, std::size_t count) {
        std::generate_n(bytes, count, [&] { return static_cast<unsigned char>(generator()); });
    };
    std::map<std::string, Outcome> outcomes;
    std::vector<platform::vision::Image> portraits;
    std::vector<std::pair<LivenessVerdict, platform::vision::Image>> genuine;
    double seconds = 0;
    int sessions = 0;
    for (std::size_t p = 0; p < folders.size(); ++p) {
        for (const auto& kind : folders_in(folders[p]))
            for (int order = 0; order < orders_each; ++order) {
                const LivenessSession fresh = start_liveness(start, random);
                const std::vector<Frames> parts = film(kind, fresh.challenges);
                const double begun = thread_seconds();
                const LivenessSession session = play(bench, parts, fresh);
                const LivenessVerdict verdict = judge_liveness(session, start);
                seconds += thread_seconds() - begun;
                ++sessions;
                outcomes[kind.filename()].count(verdict, true);
                if (kind.filename() == "genuine") explain(folders[p], verdict);
                if (kind.filename() != "genuine" || order != 0) continue;
                const auto best = platform::vision::decode_image(session.best_frame);
                if (best) genuine.emplace_back(verdict, best.value());
            }
        progress("liveness", p + 1, folders.size());
    }
    // A living person with another's card.
    for (std::size_t p = 0; p < genuine.size(); ++p) {
        const auto& [verdict, picture] = genuine[(p + 1) % genuine.size()];
        const auto match = match_faces(genuine[p].second, picture, bench.faces);
        outcomes["other-person"].count(verdict, match && match.value().same);
    }
    Outcome attacks;
    for (const auto& [kind, outcome] : outcomes) {
        if (kind == "genuine") continue;
        attacks.tries += outcome.tries;
        attacks.passed += outcome.passed;
        attacks.doubted += outcome.doubted;
        bench.figures.emplace_back("attack_pass_" + kind, share(outcome.passed, outcome.tries));
    }
    const Outcome& real = outcomes["genuine"];
    bench.figures.emplace_back("liveness_pass", share(real.passed, real.tries));
    bench.figures.emplace_back("liveness_tries", real.tries);
    bench.figures.emplace_back("liveness_doubted", share(real.doubted, real.tries));
    bench.figures.emplace_back("attack_pass", share(attacks.passed, attacks.tries));
    bench.figures.emplace_back("attack_tries", attacks.tries);
    bench.figures.emplace_back("attack_pass_upper_95",
                               upper_bound_95(attacks.passed, attacks.tries));
    bench.figures.emplace_back("attack_doubted", share(attacks.doubted, attacks.tries));
    bench.figures.emplace_back("liveness_session_s", seconds / std::max(sessions, 1));
}

}  // namespace bench
