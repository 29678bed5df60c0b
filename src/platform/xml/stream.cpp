// SPDX-License-Identifier: Apache-2.0
#include <platform/xml/stream.h>

#include <expat.h>

#include <algorithm>
#include <exception>
#include <optional>

namespace platform::xml {

namespace {

constexpr char between_uri_and_name = '\x1f';  // No character of XML 1.0.
constexpr std::size_t piece_bytes = 1 << 20;

std::string_view after_uri(std::string_view name)
{
    const auto at = name.rfind(between_uri_and_name);
    return at == std::string_view::npos ? name : name.substr(at + 1);
}

std::string_view uri_of(std::string_view name)
{
    const auto at = name.rfind(between_uri_and_name);
    return at == std::string_view::npos ? std::string_view{} : name.substr(0, at);
}

}  // namespace

struct Stream::State {
    State(StreamHandler& h, const StreamLimits& l)
        : handler(h), limits(l), parser(XML_ParserCreateNS(nullptr, between_uri_and_name))
    {
        if (parser == nullptr) throw std::bad_alloc();
        XML_SetUserData(parser, this);
        XML_SetElementHandler(parser, begin, end);
        XML_SetCharacterDataHandler(parser, text);
        XML_SetStartDoctypeDeclHandler(parser, doctype);
    }
    ~State() { XML_ParserFree(parser); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void stop(base::Error why)
    {
        if (!error) error = std::move(why);
        XML_StopParser(parser, XML_FALSE);
    }

    // Exceptions must not travel through the C library.
    template <class Call>
    void guarded(Call call)
    {
        if (error || thrown) return;
        try {
            if (auto done = call(); !done) stop(std::move(done).error());
        } catch (...) {
            thrown = std::current_exception();
            XML_StopParser(parser, XML_FALSE);
        }
    }

    static State& of(void* user) { return *static_cast<State*>(user); }

    static void XMLCALL begin(void* user, const XML_Char* name, const XML_Char** attributes)
    {
        auto& self = of(user);
        if (++self.depth > self.limits.depth) {
            return self.stop(base::invalid("xml.too_deep", "the document is nested too deep"));
        }
        if (++self.elements > self.limits.elements) {
            return self.stop(
                base::invalid("xml.too_many_nodes", "the document has too many elements"));
        }
        self.guarded([&] {
            Element element{uri_of(name), after_uri(name), {}};
            for (; *attributes != nullptr; attributes += 2) {
                element.attributes.emplace_back(after_uri(attributes[0]), attributes[1]);
            }
            return self.handler.begin(element);
        });
    }

    static void XMLCALL end(void* user, const XML_Char* name)
    {
        auto& self = of(user);
        --self.depth;
        self.guarded([&] { return self.handler.end(after_uri(name)); });
    }

    static void XMLCALL text(void* user, const XML_Char* piece, int length)
    {
        auto& self = of(user);
        self.guarded([&] { return self.handler.text({piece, static_cast<std::size_t>(length)}); });
    }

    static void XMLCALL doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int)
    {
        of(user).stop(
            base::invalid("xml.doctype_refused", "a document type declaration is not accepted"));
    }

    StreamHandler& handler;
    const StreamLimits limits;
    XML_Parser parser;
    std::size_t bytes = 0;
    std::size_t depth = 0;
    std::size_t elements = 0;
    std::optional<base::Error> error;
    std::exception_ptr thrown;
};

Stream::Stream(StreamHandler& handler, const StreamLimits& limits)
    : state_(std::make_unique<State>(handler, limits))
{
}

Stream::~Stream() = default;

int Stream::line() const
{
    return static_cast<int>(XML_GetCurrentLineNumber(state_->parser));
}

base::Result<void> Stream::parse(std::string_view piece, bool last)
{
    if (state_->error) return *state_->error;
    const auto status =
        XML_Parse(state_->parser, piece.data(), static_cast<int>(piece.size()), last ? 1 : 0);
    if (state_->thrown) std::rethrow_exception(state_->thrown);
    if (state_->error) return *state_->error;
    if (status == XML_STATUS_OK) return {};
    state_->error =
        base::invalid("xml.malformed", "line " + std::to_string(line()) + ": " +
                                           XML_ErrorString(XML_GetErrorCode(state_->parser)));
    return *state_->error;
}

base::Result<void> Stream::feed(std::string_view piece)
{
    state_->bytes += piece.size();
    if (state_->bytes > state_->limits.bytes) {
        state_->error = base::invalid("xml.too_large", "the document is too large");
        return *state_->error;
    }
    // expat counts in int.
    while (!piece.empty()) {
        const auto part = piece.substr(0, std::min(piece.size(), piece_bytes));
        TRY(parse(part, false));
        piece.remove_prefix(part.size());
    }
    return {};
}

base::Result<void> Stream::finish()
{
    return parse({}, true);
}

}  // namespace platform::xml
