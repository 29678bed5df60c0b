// SPDX-License-Identifier: Apache-2.0
#include <platform/http/reply.h>

#include <base/ensure.h>

#include <exception>

namespace platform::http {
namespace {

class FunctionSink final : public ReplySink {
public:
    explicit FunctionSink(std::function<void(Response)> receive) : receive_(std::move(receive)) {}
    void complete(Response response) override { receive_(std::move(response)); }
    bool abandoned() const override { return false; }

private:
    std::function<void(Response)> receive_;
};

}  // namespace

Reply& Reply::operator=(Reply&& other) noexcept
{
    // Through a temporary, so that the request this handle held is answered (500) and not lost.
    Reply old(std::move(*this));
    sink_ = std::move(other.sink_);
    return *this;
}

Reply::~Reply()
{
    // A status without content: the server writes the problem, because it knows the request id.
    if (sink_) sink_->complete({.status = std::uncaught_exceptions() > 0 ? 503 : 500});
}

void Reply::send(Response response)
{
    base::ensure(sink_ != nullptr);
    std::exchange(sink_, nullptr)->complete(std::move(response));
}

Reply reply_to(std::function<void(Response)> receive)
{
    return Reply(std::make_shared<FunctionSink>(std::move(receive)));
}

}  // namespace platform::http
