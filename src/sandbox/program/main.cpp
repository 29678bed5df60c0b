// SPDX-License-Identifier: Apache-2.0
#include <sandbox/sandbox.h>

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace {

constexpr const char* usage =
    "yungui-sandbox --data DIR --bank-url URL [--port N] [--knows DIR] [--bank-authority FILE]\n"
    "  --data DIR             the data folder: partner-keys is shared with the bank, sandbox.jsonl "
    "kept here\n"
    "  --bank-url URL         where the bank is told of receipts, late answers and credits\n"
    "  --port N               listens on 127.0.0.1:N (8090)\n"
    "  --knows DIR            police.yaml, bank.yaml and sms.yaml (banks/demo/sandbox)\n"
    "  --bank-authority FILE  the certificate to trust where the bank speaks TLS with its own\n";

int misuse(const std::string& why)
{
    std::fprintf(stderr, "yungui-sandbox: %s\n%s", why.c_str(), usage);
    return 2;
}

}  // namespace

int main(int count, char** words)
{
    std::map<std::string, std::string> options{{"--data", ""},
                                               {"--bank-url", ""},
                                               {"--port", "8090"},
                                               {"--knows", "banks/demo/sandbox"},
                                               {"--bank-authority", ""}};
    for (int i = 1; i < count; i += 2) {
        const auto found = options.find(words[i]);
        if (found == options.end()) return misuse(std::string("there is no option ") + words[i]);
        if (i + 1 == count) return misuse(std::string(words[i]) + " needs a value");
        found->second = words[i + 1];
    }
    if (options["--data"].empty() || options["--bank-url"].empty())
        return misuse("--data and --bank-url are needed");
    const int port = std::atoi(options["--port"].c_str());
    if (port < 0 || port > 65535) return misuse("--port is 0 to 65535");

    // Before any thread, so that all of them leave the signals to this one.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    try {
        std::filesystem::create_directories(options["--data"]);
        const base::SystemClock clock;
        platform::crypto::SystemRandom random;
        auto keys = platform::signing::SharedKeys::open_or_create(
            std::filesystem::path(options["--data"]) / "partner-keys", sandbox::key_names(),
            random);
        if (!keys) {
            std::fprintf(stderr, "yungui-sandbox: %s\n", keys.error().detail.c_str());
            return 1;
        }
        std::string authority;
        if (!options["--bank-authority"].empty()) {
            std::ifstream in(options["--bank-authority"]);
            authority.assign(std::istreambuf_iterator<char>(in), {});
            if (authority.empty()) return misuse("--bank-authority cannot be read");
        }
        sandbox::Sandbox partners({.data = options["--data"],
                                   .knows = options["--knows"],
                                   .port = static_cast<std::uint16_t>(port),
                                   .bank_url = options["--bank-url"],
                                   .bank_authority_pem = authority},
                                  std::move(keys).value(), clock, random);
        partners.start();
        std::printf("yungui-sandbox listens on http://127.0.0.1:%d\n", partners.port());
        std::fflush(stdout);
        int signal = 0;
        sigwait(&signals, &signal);
        partners.stop();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "yungui-sandbox: %s\n", error.what());
        return 1;
    }
    return 0;
}
