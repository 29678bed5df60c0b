// SPDX-License-Identifier: Apache-2.0
#include <platform/log/log.h>

#include <base/clock.h>

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace platform::log {

namespace {

constexpr std::size_t file_bytes = 64 * 1024 * 1024;
constexpr std::size_t files_kept = 5;

spdlog::level::level_enum spd(Level level)
{
    constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info,
                                                    spdlog::level::warn, spdlog::level::err};
    return levels[static_cast<int>(level)];
}

std::string_view name(Level level)
{
    constexpr std::string_view names[] = {"debug", "info", "warning", "error"};
    return names[static_cast<int>(level)];
}

std::shared_ptr<spdlog::logger>& logger()
{
    static std::shared_ptr<spdlog::logger> instance = [] {
        auto made = std::make_shared<spdlog::logger>(
            "yungui", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%v");
        made->set_level(spdlog::level::warn);
        return made;
    }();
    return instance;
}

}  // namespace

void open(Level level, const std::filesystem::path& file)
{
    if (!file.empty()) {
        logger() = std::make_shared<spdlog::logger>(
            "yungui", std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                          file.string(), file_bytes, files_kept));
        logger()->set_pattern("%v");
        logger()->flush_on(spdlog::level::warn);
    }
    logger()->set_level(spd(level));
}

void write(Level level, std::string_view event, const json::Object& fields) noexcept
{
    try {
        if (!logger()->should_log(spd(level))) return;
        json::Object line{{"at", base::to_string(base::SystemClock{}.now())},
                          {"level", name(level)},
                          {"event", event}};
        for (const auto& [key, value] : fields) line.set(key, value);
        logger()->log(spd(level), "{}", json::serialise(std::move(line)));
    } catch (...) {
        // A log that cannot be written must not stop the bank.
    }
}

void flush() noexcept
{
    try {
        logger()->flush();
    } catch (...) {
        // As above.
    }
}

}  // namespace platform::log
