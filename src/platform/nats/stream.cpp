// SPDX-License-Identifier: Apache-2.0
#include <platform/nats/stream.h>

#include <nats/nats.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

namespace platform::nats {

namespace {

constexpr int reconnect_wait_ms = 200;
constexpr std::int64_t publish_wait_ms = 2'000;
constexpr std::int64_t fetch_wait_ms = 1'000;
constexpr std::int64_t brought_again_ms = 1'000;
constexpr int batch = 64;
constexpr auto pause_after_failure = std::chrono::milliseconds(300);

template <auto Destroy>
struct Destroyer {
    template <class T>
    void operator()(T* object) const
    {
        Destroy(object);
    }
};
using Options = std::unique_ptr<natsOptions, Destroyer<natsOptions_Destroy>>;
using Connection = std::unique_ptr<natsConnection, Destroyer<natsConnection_Destroy>>;
using Context = std::unique_ptr<jsCtx, Destroyer<jsCtx_Destroy>>;
using Subscription = std::unique_ptr<natsSubscription, Destroyer<natsSubscription_Destroy>>;

}  // namespace

struct Stream::State {
    struct Consumer {
        std::string durable;
        std::string subject;
        std::function<Verdict(const std::string&)> act;
    };

    explicit State(const Settings& given) : settings(given)
    {
        natsOptions* made = nullptr;
        if (natsOptions_Create(&made) != NATS_OK) return;
        options.reset(made);
        natsOptions_SetURL(made, settings.url.c_str());
        natsOptions_SetMaxReconnect(made, -1);
        natsOptions_SetReconnectWait(made, reconnect_wait_ms);
        // What is published while the broker is away fails at once instead of waiting unseen.
        natsOptions_SetReconnectBufSize(made, 1);
    }

    /// The connection, made at first need; null while the broker has never been there.
    jsCtx* context()
    {
        const std::lock_guard lock{mutex};
        if (js) return js.get();
        natsConnection* opened = nullptr;
        if (!options || natsConnection_Connect(&opened, options.get()) != NATS_OK) return nullptr;
        connection.reset(opened);
        jsCtx* made = nullptr;
        if (natsConnection_JetStream(&made, opened, nullptr) != NATS_OK) {
            connection.reset();
            return nullptr;
        }
        js.reset(made);
        return made;
    }

    /// Makes the stream where the broker has none, as after it lost its files.
    bool make_stream(jsCtx* at) const
    {
        jsStreamConfig config;
        jsStreamConfig_Init(&config);
        const char* subjects[] = {settings.subjects.c_str()};
        config.Name = settings.name.c_str();
        config.Subjects = subjects;
        config.SubjectsLen = 1;
        config.Storage = js_FileStorage;
        config.Retention = js_LimitsPolicy;
        config.MaxAge = std::int64_t{7} * 86'400 * 1'000'000'000;
        jsStreamInfo* info = nullptr;
        jsErrCode code = static_cast<jsErrCode>(0);
        const auto made = js_AddStream(&info, at, &config, nullptr, &code);
        jsStreamInfo_Destroy(info);
        return made == NATS_OK || code == JSStreamNameExistErr;
    }

    bool publish_once(jsCtx* at, const std::string& subject, const std::string& body) const
    {
        jsPubOptions how;
        jsPubOptions_Init(&how);
        how.MaxWait = publish_wait_ms;
        return js_Publish(nullptr, at, subject.c_str(), body.data(), static_cast<int>(body.size()),
                          &how, nullptr) == NATS_OK;
    }

    void run(const Consumer& consumer)
    {
        while (!stopping) {
            jsCtx* at = context();
            if (at == nullptr || !make_stream(at)) {
                std::this_thread::sleep_for(pause_after_failure);
                continue;
            }
            natsSubscription* made = nullptr;
            if (js_PullSubscribe(&made, at, consumer.subject.c_str(), consumer.durable.c_str(),
                                 nullptr, nullptr, nullptr) != NATS_OK) {
                std::this_thread::sleep_for(pause_after_failure);
                continue;
            }
            const Subscription subscription{made};
            while (!stopping && fetch(at, subscription.get(), consumer)) {
            }
        }
    }

    bool is_known(jsCtx* at, const Consumer& consumer) const
    {
        jsConsumerInfo* info = nullptr;
        const auto found = js_GetConsumerInfo(&info, at, settings.name.c_str(),
                                              consumer.durable.c_str(), nullptr, nullptr);
        jsConsumerInfo_Destroy(info);
        return found == NATS_OK;
    }

    /// False where the subscription is of no use any more.
    bool fetch(jsCtx* at, natsSubscription* subscription, const Consumer& consumer) const
    {
        natsMsgList list{};
        const auto got = natsSubscription_Fetch(&list, subscription, batch, fetch_wait_ms, nullptr);
        for (int i = 0; i < list.Count; ++i) {
            natsMsg* message = list.Msgs[i];
            if (!stopping) settle(message, consumer);
        }
        natsMsgList_Destroy(&list);
        // Silence may be that of a broker that lost its files, and with them who listens here.
        if (got == NATS_OK || (got == NATS_TIMEOUT && is_known(at, consumer))) return true;
        std::this_thread::sleep_for(pause_after_failure);
        return false;
    }

    static void settle(natsMsg* message, const Consumer& consumer)
    {
        const std::string body{natsMsg_GetData(message),
                               static_cast<std::size_t>(natsMsg_GetDataLength(message))};
        switch (consumer.act(body)) {
            case Verdict::done:
                natsMsg_Ack(message, nullptr);
                break;
            case Verdict::again:
                natsMsg_NakWithDelay(message, brought_again_ms, nullptr);
                break;
            case Verdict::never:
                natsMsg_Term(message, nullptr);
                break;
        }
    }

    const Settings settings;
    Options options;
    std::mutex mutex;
    Connection connection;
    Context js;
    std::vector<Consumer> consumers;
    std::vector<std::thread> threads;
    std::atomic<bool> stopping = false;
};

Stream::Stream(const Settings& settings) : state_(std::make_unique<State>(settings)) {}

Stream::~Stream()
{
    stop();
}

base::Result<void> Stream::publish(const std::string& subject, const std::string& body)
{
    jsCtx* at = state_->context();
    if (at != nullptr && (state_->publish_once(at, subject, body) ||
                          (state_->make_stream(at) && state_->publish_once(at, subject, body)))) {
        return {};
    }
    return base::unavailable("nats.unavailable", "the broker does not take messages now");
}

void Stream::consume(const std::string& durable, const std::string& subject,
                     std::function<Verdict(const std::string&)> act)
{
    state_->consumers.push_back({durable, subject, std::move(act)});
}

void Stream::start()
{
    for (const auto& consumer : state_->consumers)
        state_->threads.emplace_back([this, &consumer] { state_->run(consumer); });
}

void Stream::stop()
{
    state_->stopping = true;
    for (auto& thread : state_->threads) thread.join();
    state_->threads.clear();
}

}  // namespace platform::nats
