// SPDX-License-Identifier: Apache-2.0
#include <server/words.h>

#include <server/addresses.h>
#include <server/serve.h>
#include <server/tls_identity.h>

#include <platform/log/log.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace server {

namespace {

struct RunOptions {
    std::string data = "data";
    std::string bank;
    std::string listen = "127.0.0.1";
    std::string relying_party;
    std::string database;
    std::string events;
    std::string log_level = "info";
    std::vector<std::string> origins;
    std::int64_t port = 8080;
    std::int64_t sandbox_port = 0;
    std::int64_t requests_per_minute = 6000;
    bool tls = false;
    bool reset = false;
    bool no_sandbox = false;
    bool quiet = false;
};

int refuse(const std::string& why)
{
    std::fprintf(stderr, "yungui: %s\n", why.c_str());
    return 1;
}

/// What removes a data folder must be sure that it is one.
base::Result<void> reset_data(const std::filesystem::path& folder, const std::string& database)
{
    std::filesystem::create_directories(folder);
    if (!std::filesystem::is_empty(folder) && !is_data_folder(folder)) {
        return base::invalid("server.not_a_data_folder",
                             folder.string() + " is no data folder of a bank; it is left alone");
    }
    if (platform::sql::is_postgres_url(database)) {
        platform::sql::remove_postgres_books(database, node_of(folder));
    }
    std::filesystem::remove_all(folder);
    return {};
}

/// Where the pages are, the best address first.
std::vector<std::string> addresses_of(const Settings& settings, std::uint16_t port)
{
    std::vector<std::string> hosts;
    if (!settings.relying_party.empty()) hosts.push_back(settings.relying_party);
    if (is_every_address(settings.listen)) {
        for (const auto& own : own_addresses()) hosts.push_back(own);
        hosts.push_back("localhost");
    } else {
        hosts.push_back(settings.listen == "127.0.0.1" ? "localhost" : settings.listen);
    }
    for (auto& host : hosts)
        host = (settings.tls ? "https://" : "http://") + host_in_url(host) + ":" +
               std::to_string(port);
    return hosts;
}

void print_banner(const Settings& settings, BankProgram& program)
{
    const auto addresses = addresses_of(settings, program.port());
    const auto& base = addresses.front();
    const auto& bank = program.house().bank();
    std::printf("\n  %s\n\n", std::string{base::in_language(bank.facts.name, "zh")}.c_str());
    std::printf("  customers  %s/\n  workbench  %s/staff\n", base.c_str(), base.c_str());
    if (bank.facts.demo) {
        const auto& person = bank.customers.front();
        std::printf("  handset    %s/handset   what the demo people's phones receive\n\n",
                    base.c_str());
        std::printf("  a customer  phone %s  password %s\n", person.phone.c_str(),
                    bank.customer_demo_password.c_str());
        std::printf(
            "  a teller    %s  password %s  (the second factor's code is on the handset page)\n",
            bank.staff.front().login.c_str(), bank.staff_demo_password.c_str());
    }
    for (std::size_t i = 1; i < addresses.size(); ++i)
        std::printf("%s  also at    %s/\n", i == 1 ? "\n" : "", addresses[i].c_str());
    if (settings.tls) {
        std::printf("\n  to be trusted by a phone that shall use passkeys: %s\n",
                    trusted_certificate(settings.data_folder).c_str());
    } else if (settings.listen != "127.0.0.1") {
        std::printf("\n  without --tls other machines have neither camera nor passkeys here\n");
    }
    std::printf("\n  Ctrl-C ends it.\n\n");
    std::fflush(stdout);
}

int run(const RunOptions& options, const std::filesystem::path& source_root)
{
    if (!options.database.empty() && options.database != "sqlite" &&
        !platform::sql::is_postgres_url(options.database)) {
        return refuse("--database is sqlite or postgresql://…, not “" + options.database + "”");
    }
    if (!options.events.empty() && !options.events.starts_with("nats://")) {
        return refuse("--events: give the NATS server as nats://HOST:PORT");
    }
    for (const auto& [name, port] :
         {std::pair{"--port", options.port}, std::pair{"--sandbox-port", options.sandbox_port}}) {
        if (port < 0 || port > 65535) return refuse(std::string{name} + " is 0 to 65535");
    }
    if (options.requests_per_minute < 0)
        return refuse("--requests-per-minute is 0 (not limited) or more");
    if (options.log_level != "info" && options.log_level != "debug")
        return refuse("--log is info or debug, not “" + options.log_level + "”");
    if (const auto may = can_listen(options.listen, static_cast<std::uint16_t>(options.port)); !may)
        return refuse(may.error().detail);
    Settings settings{.source_root = source_root,
                      .bank_folder = options.bank.empty() ? source_root / "banks/demo"
                                                          : std::filesystem::path{options.bank},
                      .data_folder = std::filesystem::absolute(options.data),
                      .listen = options.listen,
                      .port = static_cast<std::uint16_t>(options.port),
                      .tls = options.tls,
                      .reset = options.reset,
                      .events = options.events,
                      .database = options.database,
                      .relying_party = options.relying_party,
                      .origins = options.origins,
                      .sandbox = !options.no_sandbox,
                      .sandbox_port = static_cast<std::uint16_t>(options.sandbox_port),
                      .requests_per_minute = options.requests_per_minute,
                      .quiet = options.quiet};
    try {
        if (settings.reset && !begun_anew()) {
            if (const auto done = reset_data(settings.data_folder, settings.database); !done)
                return refuse(done.error().detail);
        }
        std::filesystem::create_directories(settings.data_folder);
        platform::log::open(
            options.log_level == "debug" ? platform::log::Level::debug : platform::log::Level::info,
            settings.data_folder / "yungui.log");
        return serve(settings, [&settings](BankProgram& program) {
            if (settings.quiet) {
                std::printf("listening %u\n", program.port());
                std::fflush(stdout);
            } else {
                print_banner(settings, program);
            }
        });
    } catch (const std::exception& failure) {
        return refuse(failure.what());
    }
}

}  // namespace

void add_run_word(platform::command_line::Program& program,
                  const std::filesystem::path& source_root)
{
    auto options = std::make_shared<RunOptions>();
    program.word(
        "run", "Start the bank",
        [&](platform::command_line::Options& declare) {
            declare.text("--data", "Where the bank's books lie (data)", options->data);
            declare.text("--bank", "The bank's folder (banks/demo)", options->bank);
            declare.number("--port", "The port (8080)", options->port);
            declare.text("--listen",
                         "The address (127.0.0.1; 0.0.0.0 for a real phone, with --tls)",
                         options->listen);
            declare.flag("--tls", "Speak TLS, with a certificate of its own", options->tls);
            declare.text("--rp-id", "The name under which passkeys are kept (localhost)",
                         options->relying_party);
            declare.texts("--origin", "Addresses of our pages, for passkeys", options->origins);
            declare.flag("--reset", "Forget all data first", options->reset);
            declare.text("--database", database_help, options->database);
            declare.text("--events",
                         "nats://HOST:PORT: carry messages between institutions by NATS JetStream",
                         options->events);
            declare.flag("--no-sandbox", "Do not start the sandbox partners", options->no_sandbox);
            declare.number("--sandbox-port", "Their port (the one after ours)",
                           options->sandbox_port);
            declare.number("--requests-per-minute", "Of one address; 0: not limited (6000)",
                           options->requests_per_minute);
            declare.text("--log", "info or debug; the log lies in the data folder",
                         options->log_level);
            declare.flag("--quiet", "Print the port alone", options->quiet);
        },
        [options, source_root] { return run(*options, source_root); });
}

}  // namespace server
