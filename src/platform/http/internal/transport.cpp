// SPDX-License-Identifier: Apache-2.0
#include <platform/http/internal/transport.h>

#include <platform/http/internal/census.h>
#include <platform/http/internal/tls_context.h>

#include <base/thread_name.h>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace platform::http::internal {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

constexpr auto sweep_every = std::chrono::milliseconds(50);
constexpr int finish_ms = 2'000;

class StreamBase;

/// One thread's event loop with the streams that live on it.
struct Loop {
    asio::io_context context{1};
    asio::steady_timer sweeper{context};
    std::unordered_set<StreamBase*> streams;  // The loop's thread only.
    std::mutex mutex;                         // Guards `ended` against posts from outside.
    bool ended = false;
    std::thread thread;

    bool post(std::function<void()> task)
    {
        if (context.get_executor().running_in_this_thread()) return task(), true;
        const std::lock_guard lock(mutex);
        if (ended) return false;
        asio::post(context, std::move(task));
        return true;
    }
};

class StreamBase : public Stream, public std::enable_shared_from_this<StreamBase> {
public:
    StreamBase(std::shared_ptr<Loop> loop, std::shared_ptr<Census> census, std::string peer)
        : loop_(std::move(loop)), census_(std::move(census)), peer_(std::move(peer))
    {
    }
    ~StreamBase() override { census_->leave(peer_); }

    void set_owner(std::shared_ptr<StreamOwner> owner) override { owner_ = std::move(owner); }
    bool post(std::function<void()> task) override { return loop_->post(std::move(task)); }
    std::string_view peer() const override { return peer_; }

    void set_deadline(int ms) override
    {
        deadline_ = ms == 0 ? SteadyClock::time_point::max()
                            : SteadyClock::now() + std::chrono::milliseconds(ms);
    }

    void enter_loop() { loop_->streams.insert(this); }
    void check_deadline(SteadyClock::time_point now)
    {
        if (now < deadline_) return;
        deadline_ = SteadyClock::time_point::max();
        const auto owner = owner_;
        if (owner) {
            owner->on_deadline();
        } else {
            close();  // Shaking hands, or finishing.
        }
    }
    void stopping()
    {
        const auto owner = owner_;
        if (owner) {
            owner->on_stopping();
        } else {
            close();
        }
    }
    virtual void shake_hands(std::function<void()> done, int deadline_ms) = 0;

protected:
    void release_owner()
    {
        // The owner may be the caller: it is told, and goes, after the caller has returned.
        if (!owner_) return;
        asio::post(loop_->context, [owner = std::move(owner_)] { owner->on_closed(); });
        owner_ = nullptr;
    }

    std::shared_ptr<Loop> loop_;
    std::shared_ptr<Census> census_;
    std::string peer_;
    std::shared_ptr<StreamOwner> owner_;
    SteadyClock::time_point deadline_ = SteadyClock::time_point::max();
};

template <class Socket>
class StreamOf final : public StreamBase {
    static constexpr bool is_tls = !std::is_same_v<Socket, tcp::socket>;

public:
    template <class... More>
    StreamOf(std::shared_ptr<Loop> loop, std::shared_ptr<Census> census, std::string peer,
             tcp::socket socket, More&... more)
        : StreamBase(std::move(loop), std::move(census), std::move(peer)),
          socket_(std::move(socket), more...)
    {
    }

    bool secure() const override { return is_tls; }

    // The owner holds the buffers, so an operation in flight holds the owner.
    void read(char* into, std::size_t size) override
    {
        reading_ = true;
        socket_.async_read_some(asio::buffer(into, size), [self = shared(), owner = owner_](
                                                              error_code error, std::size_t bytes) {
            self->reading_ = false;
            if (self->owner_ == owner) owner->on_read(error ? 0 : bytes);
        });
    }

    void write(std::string_view first, std::string_view second) override
    {
        const std::array buffers{asio::buffer(first), asio::buffer(second)};
        asio::async_write(socket_, buffers,
                          [self = shared(), owner = owner_](error_code error, std::size_t) {
                              if (self->owner_ == owner) owner->on_written(!error);
                          });
    }

    void finish() override
    {
        release_owner();
        set_deadline(finish_ms);
        if constexpr (is_tls) {
            // With a read in flight the closing alert cannot be sent; the answer's length says that
            // it is whole.
            if (!reading_) {
                return socket_.async_shutdown(
                    [self = shared()](error_code) { self->discard_the_rest(); });
            }
        }
        discard_the_rest();
    }

    void close() override
    {
        release_owner();
        loop_->streams.erase(this);
        set_deadline(0);
        error_code ignored;
        lowest().close(ignored);
    }

    void shake_hands(std::function<void()> done, int deadline_ms) override
    {
        if constexpr (is_tls) {
            set_deadline(deadline_ms);
            socket_.async_handshake(asio::ssl::stream_base::server,
                                    [self = shared(), done = std::move(done)](error_code error) {
                                        if (error) return self->close();
                                        self->set_deadline(0);
                                        done();
                                    });
        } else {
            (void)deadline_ms;
            done();
        }
    }

private:
    std::shared_ptr<StreamOf> shared()
    {
        return std::static_pointer_cast<StreamOf>(shared_from_this());
    }
    tcp::socket& lowest()
    {
        if constexpr (is_tls) {
            return socket_.next_layer();
        } else {
            return socket_;
        }
    }
    void discard_the_rest()
    {
        error_code ignored;
        lowest().shutdown(tcp::socket::shutdown_send, ignored);
        discard();
    }
    void discard()
    {
        lowest().async_read_some(asio::buffer(discarded_),
                                 [self = shared()](error_code error, std::size_t) {
                                     if (error) return self->close();
                                     self->discard();
                                 });
    }

    std::array<char, 4096> discarded_;
    bool reading_ = false;
    Socket socket_;
};

using PlainStream = StreamOf<tcp::socket>;
using TlsStream = StreamOf<asio::ssl::stream<tcp::socket>>;

}  // namespace

struct Transport::State : std::enable_shared_from_this<Transport::State> {
    explicit State(TransportSettings given)
        : settings(std::move(given)),
          tls(make_tls_context(settings.certificate_pem, settings.key_pem)),
          census(std::make_shared<Census>(settings.connections, settings.connections_per_address))
    {
    }

    void accept_next()
    {
        auto& loop = loops[next++ % loops.size()];
        acceptor->async_accept(loop->context, [this, loop](error_code error, tcp::socket socket) {
            if (stopping || error == asio::error::operation_aborted) return;
            if (!error) {
                welcome(loop, std::move(socket));
                return accept_next();
            }
            // Out of file descriptors, most likely: breathe instead of spinning.
            pause->expires_after(std::chrono::milliseconds(50));
            pause->async_wait([this](error_code stopped) {
                if (!stopped && !stopping) accept_next();
            });
        });
    }

    void welcome(const std::shared_ptr<Loop>& loop, tcp::socket socket)
    {
        error_code error;
        const auto end = socket.remote_endpoint(error);
        if (error) return;
        std::string peer = end.address().to_string();
        if (!census->enter(peer)) return;  // Closes the socket: the cheapest answer.
        socket.set_option(tcp::no_delay(true), error);
        std::shared_ptr<StreamBase> stream;
        if (tls) {
            stream =
                std::make_shared<TlsStream>(loop, census, std::move(peer), std::move(socket), *tls);
        } else {
            stream =
                std::make_shared<PlainStream>(loop, census, std::move(peer), std::move(socket));
        }
        loop->post([this, stream] {
            if (stopping) return;
            stream->enter_loop();
            stream->shake_hands([this, stream] { accept(stream); }, settings.handshake_ms);
        });
    }

    void sweep(const std::shared_ptr<Loop>& loop)
    {
        loop->sweeper.expires_after(sweep_every);
        loop->sweeper.async_wait(
            [this, loop = loop.get(), weak = std::weak_ptr(loop)](error_code error) {
                const auto kept = weak.lock();
                if (error || !kept) return;
                const auto now = SteadyClock::now();
                const std::vector<StreamBase*> streams(loop->streams.begin(), loop->streams.end());
                for (auto* stream : streams) {
                    if (loop->streams.contains(stream)) stream->check_deadline(now);
                }
                sweep(kept);
            });
    }

    void for_each_stream(void (StreamBase::*call)())
    {
        for (const auto& loop : loops) {
            loop->post([loop = loop.get(), call] {
                const std::vector<StreamBase*> streams(loop->streams.begin(), loop->streams.end());
                for (auto* stream : streams) {
                    if (loop->streams.contains(stream)) (stream->*call)();
                }
            });
        }
    }

    TransportSettings settings;
    std::unique_ptr<asio::ssl::context> tls;
    std::shared_ptr<Census> census;
    std::vector<std::shared_ptr<Loop>> loops;
    std::unique_ptr<tcp::acceptor> acceptor;
    std::unique_ptr<asio::steady_timer> pause;
    std::size_t next = 0;
    Accept accept;
    std::uint16_t port = 0;
    std::atomic<bool> stopping = false;
    bool started = false;
};

Transport::Transport(TransportSettings settings)
    : state_(std::make_shared<State>(std::move(settings)))
{
}

Transport::~Transport()
{
    end();
}

void Transport::start(Accept accept)
{
    auto& state = *state_;
    state.accept = std::move(accept);
    for (int i = 0; i < std::max(1, state.settings.threads); ++i) {
        state.loops.push_back(std::make_shared<Loop>());
    }
    auto& context = state.loops.front()->context;
    const tcp::endpoint endpoint(asio::ip::make_address(state.settings.address),
                                 state.settings.port);
    state.acceptor = std::make_unique<tcp::acceptor>(context);
    state.acceptor->open(endpoint.protocol());
    state.acceptor->set_option(tcp::acceptor::reuse_address(true));
    state.acceptor->bind(endpoint);
    state.acceptor->listen(1024);
    state.port = state.acceptor->local_endpoint().port();
    state.pause = std::make_unique<asio::steady_timer>(context);
    state.started = true;
    state.accept_next();
    for (const auto& loop : state.loops) {
        state.sweep(loop);
        loop->thread = std::thread([loop] {
            base::name_this_thread("http-io");
            const auto work = asio::make_work_guard(loop->context);
            loop->context.run();
        });
    }
}

std::uint16_t Transport::port() const
{
    return state_->port;
}

std::size_t Transport::open_streams() const
{
    return state_->census->open();
}

void Transport::begin_stop()
{
    if (!state_->started || state_->stopping.exchange(true)) return;
    state_->loops.front()->post([this] {
        error_code ignored;
        state_->acceptor->close(ignored);
        state_->pause->cancel();
    });
    state_->for_each_stream(&StreamBase::stopping);
}

void Transport::end()
{
    if (!state_->started) return;
    begin_stop();
    for (const auto& loop : state_->loops) {
        loop->post([loop = loop.get()] {
            const std::vector<StreamBase*> streams(loop->streams.begin(), loop->streams.end());
            for (auto* stream : streams) {
                if (loop->streams.contains(stream)) stream->close();
            }
            loop->sweeper.cancel();
            loop->context.stop();
        });
    }
    for (const auto& loop : state_->loops) {
        loop->thread.join();
        {
            const std::lock_guard lock(loop->mutex);
            loop->ended = true;
        }
    }
    // What was posted meanwhile still runs, so that nothing it holds is kept for ever.
    for (const auto& loop : state_->loops) {
        loop->context.restart();
        loop->context.poll();
    }
    state_->acceptor.reset();
    state_->pause.reset();
    state_->started = false;
}

}  // namespace platform::http::internal
