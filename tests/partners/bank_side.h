// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/outbox/outbox.h>
#include <bank/partner/partners.h>
#include <platform/crypto/keyring.h>
#include <platform/http/problem.h>
#include <platform/http/server.h>
#include <platform/json/value.h>
#include <platform/signing/shared_keys.h>
#include <platform/sql/test_book.h>
#include <sandbox/sandbox.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace tests {

namespace http = platform::http;
namespace json = platform::json;
namespace sql = platform::sql;
namespace partner = bank::partner;
namespace outbox = bank::outbox;

/// Waits until it holds; false after 10 s.
inline bool soon(const std::function<bool()>& holds)
{
    for (int i = 0; i < 1000; ++i) {
        if (holds()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return holds();
}

/// A bank with a book, its calls to partners and the address where they reach it, and the sandbox
/// that plays them: both for real, on localhost.
class BankSide : public testing::Test {
protected:
    BankSide()
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_ / "knows");
        knows("police", "people:\n  - {number: \"330999199003072017\", name: 林试一}\n");
        knows("bank",
              "accounts:\n  - {number: \"9988000000000000213\", class: 1, name: 林试一, "
              "id_number: \"330999199003072017\", phone: \"16400001001\", balance: \"100.00\"}\n"
              "  - {number: \"9988000000000000296\", class: 2, name: 林试一, "
              "id_number: \"330999199003072017\", phone: \"16400001001\", balance: \"5.00\"}\n");
        knows("sms", "delay_ms: 0\n");
    }

    ~BankSide() override
    {
        if (partners_) partners_->stop();
        if (outbox_) outbox_->stop();
        if (sandbox_) sandbox_->stop();
        if (server_) server_->stop(0);
        partners_.reset();
        outbox_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    /// Starts all; `prepare` adds listeners first.
    void run(const std::function<void()>& prepare = {}, partner::Settings times = quick())
    {
        const auto names = sandbox::key_names();
        if (!keys_) keys_ = platform::signing::SharedKeys::in_memory(names, random_);
        book_ = sql::open_test_book(folder_ / "book.db", clock_, {.number = 1});
        ASSERT_TRUE(book_->migrate(outbox::migrations()));
        ASSERT_TRUE(book_->migrate(partner::migrations()));
        outbox_.emplace(*book_);
        start_server();
        start_sandbox();
        std::vector<partner::Settings> settings;
        for (const char* code : {"police", "bank", "sms"}) {
            times.code = code;
            times.url = "http://127.0.0.1:" + std::to_string(sandbox_->port()) + "/" + code;
            times.key = "partner-" + times.code;
            settings.push_back(times);
        }
        partners_ = std::make_unique<partner::Partners>(
            partner::Partners::Environment{
                .book = *book_,
                .outbox = *outbox_,
                .sealer = sealer_,
                .client = client_,
                .find_key = [this](std::string_view id) { return keys_->find(id); },
                .random = random_,
                .institution = "yunchuan",
                .metrics = &metrics_},
            std::move(settings));
        partners_->on_answer("*", [this](sql::Transaction&, const partner::Answer& answer) {
            const std::lock_guard lock(mutex_);
            answers_.push_back(answer);
            return listener_refuses_ ? base::Result<void>(base::conflict("test.refused", "No."))
                                     : base::Result<void>{};
        });
        if (prepare) prepare();
        outbox_->start();
        partners_->start();
    }

    static partner::Settings quick()
    {
        return {.answer_timeout_ms = 400, .attempts = 3, .first_retry_ms = 50, .deadline_ms = 4000};
    }

    void knows(const std::string& partner, std::string_view yaml)
    {
        std::ofstream(folder_ / "knows" / (partner + ".yaml")) << yaml;
    }

    base::Result<partner::CallId> ask(const std::string& to, std::string question,
                                      std::string correlation, json::Object content)
    {
        return book_->write([&](sql::Transaction& tx) {
            return partners_->ask(tx, {to, question, correlation, content});
        });
    }

    /// The answers that came, when there are `count` of them.
    std::vector<partner::Answer> answers(std::size_t count)
    {
        soon([&] {
            const std::lock_guard lock(mutex_);
            return answers_.size() >= count;
        });
        const std::lock_guard lock(mutex_);
        return answers_;
    }

    std::optional<partner::CallView> view(const std::string& to, const std::string& correlation)
    {
        return book_->read(
            [&](sql::Snapshot& snapshot) { return partners_->find(snapshot, to, correlation); });
    }

    std::string sandbox_url(const std::string& path) const
    {
        return "http://127.0.0.1:" + std::to_string(sandbox_->port()) + path;
    }

    void behave(const std::string& partner, const std::string& how)
    {
        const auto done = client_.send({.method = http::Method::put,
                                        .url = sandbox_url("/control/behaviour/" + partner),
                                        .body = how});
        ASSERT_TRUE(done);
        ASSERT_EQ(done.value().status, 204) << done.value().body;
    }

    json::Value handset(const std::string& phone)
    {
        const auto got = client_.send(
            {.method = http::Method::get, .url = sandbox_url("/handset/messages?phone=" + phone)});
        return got ? json::parse(got.value().body).value()["messages"] : json::Value{};
    }

    std::uint64_t counted(const std::string& name, const std::string& partner,
                          const std::string& outcome)
    {
        return metrics_.counter(name, "", {{"partner", partner}, {"outcome", outcome}}).value();
    }

    void start_server()
    {
        http::Router router;
        for (const char* path : {"/v1/partners/police/answers", "/v1/partners/bank/credits",
                                 "/v1/partners/sms/receipts"}) {
            router.add(
                http::Route{.method = http::Method::post,
                            .pattern = path,
                            .handler = [this](const http::Request& request, http::Reply reply) {
                                const auto done = partners_->receive(request);
                                reply.send(done ? http::json_response(200, "{}")
                                                : http::problem(done.error(), request.id));
                            }});
        }
        http::ServerSettings settings;
        settings.port = 0;
        server_.emplace(std::move(settings), std::move(router));
        server_->start();
    }

    void start_sandbox()
    {
        sandbox_.emplace(
            sandbox::Settings{.data = folder_,
                              .knows = folder_ / "knows",
                              .port = 0,
                              .bank_url = "http://127.0.0.1:" + std::to_string(server_->port())},
            *keys_, clock_, random_);
        sandbox_->start();
    }

    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("partners-test-" + std::to_string(getpid()));
    base::SystemClock clock_;
    platform::crypto::SystemRandom random_;
    std::unique_ptr<platform::crypto::Keyring> keyring_ =
        platform::crypto::Keyring::in_memory(random_);
    partner::Sealer sealer_{*keyring_, random_, "partner-call"};
    platform::metrics::Registry metrics_;
    http::Client client_;
    std::optional<platform::signing::SharedKeys> keys_;
    std::unique_ptr<sql::Book> book_;
    std::optional<outbox::Outbox> outbox_;
    std::optional<http::Server> server_;
    std::optional<sandbox::Sandbox> sandbox_;
    std::unique_ptr<partner::Partners> partners_;
    std::mutex mutex_;
    std::vector<partner::Answer> answers_;
    bool listener_refuses_ = false;
};

}  // namespace tests
