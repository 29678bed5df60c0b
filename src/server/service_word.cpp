// SPDX-License-Identifier: Apache-2.0
// `service`: versions of services in a running bank, over its API, in the name of somebody of the
// staff.
#include <server/words.h>

#include <platform/http/client.h>
#include <platform/json/value.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

namespace server {

namespace {

namespace http = platform::http;
namespace json = platform::json;
using base::Result;

constexpr int gate_deadline_ms = 120'000;  // A deployment runs the service's scenario.

struct ServiceOptions {
    std::string what;
    std::string service;
    std::string url = "http://127.0.0.1:8080";
    std::string staff;
    std::string code;
    std::string reason;
    std::string language = "en";
    std::string proposal;
    std::vector<std::string> institutions;
    std::int64_t version = 0;
    std::int64_t from = 0;
    std::int64_t percent = 0;
    bool apply = false;
    bool alone = false;
};

int service_refused(const std::string& why)
{
    std::fprintf(stderr, "yungui: %s\n", why.c_str());
    return 1;
}

/// The bank as one of its staff sees it.
class Desk {
public:
    explicit Desk(std::string url) : url_(std::move(url)) {}

    /// Errors: what the bank answers, or why it cannot be reached.
    Result<json::Value> ask(http::Method method, const std::string& path, const json::Value& body)
    {
        http::Call call{.method = method,
                        .url = url_ + path,
                        .headers = {{"Content-Type", "application/json"}},
                        .deadline_ms = gate_deadline_ms};
        if (!body.is_null()) call.body = json::serialise(body);
        if (!cookie_.empty()) call.headers.emplace_back("Cookie", cookie_);
        if (!csrf_.empty()) call.headers.emplace_back("X-CSRF-Token", csrf_);
        const auto response = TRY(client_.send(call));
        for (const auto& [name, value] : response.headers) {
            if (name == "Set-Cookie" || name == "set-cookie") {
                if (!cookie_.empty()) cookie_ += "; ";
                cookie_ += value.substr(0, value.find(';'));
            }
        }
        auto answer = response.content().empty() ? Result<json::Value>{json::Value{}}
                                                 : json::parse(response.content());
        if (!answer) return answer.error();
        if (response.status >= 400) {
            const auto& problem = answer.value();
            const auto detail = problem["detail"].text_or(problem["title"].text_or());
            return base::rejected(
                "service.refused",
                std::string{problem["reason"].text_or("refused")} + ": " + std::string{detail});
        }
        if (const auto csrf = answer.value()["csrf_token"].text_or(); !csrf.empty()) csrf_ = csrf;
        return answer;
    }

    Result<void> sign_in(const std::string& staff, const std::string& password,
                         const std::string& code)
    {
        const auto ticket = TRY(ask(http::Method::post, "/v1/staff/sessions",
                                    json::Object{{"username", staff}, {"password", password}}));
        TRY(ask(http::Method::post, "/v1/staff/sessions/second-factor",
                json::Object{{"ticket", ticket["ticket"]}, {"code", code}}));
        return {};
    }

private:
    std::string url_;
    http::Client client_;
    std::string cookie_;
    std::string csrf_;
};

/// The files of a service's folder; hidden ones are left out.
Result<json::Object> files_of(const std::filesystem::path& folder)
{
    json::Object files;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator{folder, failed}) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(".") || !entry.is_regular_file()) continue;
        std::ifstream file{entry.path(), std::ios::binary};
        std::stringstream text;
        text << file.rdbuf();
        files.set(name, text.str());
    }
    if (failed || files.empty())
        return base::invalid("service.folder", folder.string() + " holds no service's files");
    return files;
}

void print_versions(const json::Value& answer)
{
    for (const auto& each : *answer["items"].array()) {
        std::string state = each["on_offer"].boolean_or(false)    ? "on offer"
                            : each["withdrawn"].boolean_or(false) ? "withdrawn"
                                                                  : "";
        if (each["trial"].object() != nullptr) {
            state = "tried by " + std::to_string(each["trial"]["percent"].integer_or(0)) + " %";
            for (const auto& one : *each["trial"]["institutions"].array())
                state += " " + std::string{one.text_or()};
        }
        std::printf("%s@%lld  %s  %lld running  %s\n",
                    std::string{answer["service"].text_or()}.c_str(),
                    static_cast<long long>(each["version"].integer_or(0)),
                    std::string{each["deployed_at"].text_or()}.c_str(),
                    static_cast<long long>(each["running"].integer_or(0)), state.c_str());
    }
}

void print_release(const json::Value& one)
{
    const auto text = [&](const char* name) { return std::string{one[name].text_or()}; };
    std::printf("%s  %s %s@%lld  %s%s  %s: %s\n", text("id").c_str(), text("action").c_str(),
                text("service").c_str(), static_cast<long long>(one["version"].integer_or(0)),
                one["alone"].boolean_or(false) ? "done alone, " : "", text("state").c_str(),
                text("proposed_by").c_str(), text("reason").c_str());
}

int print_reloaded(const json::Value& answer)
{
    for (const auto& each : *answer["deployed"].array())
        std::printf("kept and proposed %s\n", std::string{each.text_or()}.c_str());
    for (const char* kind : {"errors", "warnings"}) {
        for (const auto& each : *answer[kind].array()) {
            std::fprintf(stderr, "%s:%lld: %s\n", std::string{each["file"].text_or()}.c_str(),
                         static_cast<long long>(each["line"].integer_or(0)),
                         std::string{each["message"].text_or()}.c_str());
        }
    }
    return answer["errors"].array()->empty() ? 0 : 1;
}

std::string line_of_move(const json::Value& move)
{
    std::string line{move["case"].text_or()};
    line += "  " + std::string{move["state"].text_or()} + "  at";
    for (const auto& each : *move["elements"].array()) line += " " + std::string{each.text_or()};
    for (const auto& each : *move["obstacles"].array()) {
        line += "  (" + std::string{each["reason"].text_or()} + " " +
                std::string{each["element"].text_or()} + ")";
    }
    for (const auto& each : *move["not_watched"].array())
        line += "  (not watched by " + std::string{each.text_or()} + ")";
    return line;
}

json::Array institutions_of(const ServiceOptions& options)
{
    json::Array array;
    for (const auto& each : options.institutions) array.emplace_back(each);
    return array;
}

Result<int> deploy_folder(Desk& desk, const ServiceOptions& options)
{
    const auto folder = std::filesystem::weakly_canonical(options.service);
    json::Object body{{"files", TRY(files_of(folder))}, {"reason", options.reason}};
    if (options.percent > 0 || !options.institutions.empty()) {
        body.set("trial", json::Object{{"percent", options.percent > 0 ? options.percent : 100},
                                       {"institutions", institutions_of(options)}});
    }
    const auto answer =
        TRY(desk.ask(http::Method::post,
                     "/v1/staff/services/" + folder.filename().string() + "/versions", body));
    return print_reloaded(answer);
}

Result<int> move_all(Desk& desk, const ServiceOptions& options, const std::string& path)
{
    if (options.institutions.size() != 1)
        return base::invalid("service.institution", "name one institution with --institution");
    json::Object body{{"institution", options.institutions.front()},
                      {"from", options.from},
                      {"to", options.version},
                      {"dry_run", !options.apply},
                      {"reason", options.reason}};
    int staying = 0;
    for (;;) {
        const auto answer = TRY(desk.ask(http::Method::post, path + "/moves", body));
        for (const auto& each : *answer["items"].array()) {
            std::printf("%s\n", line_of_move(each).c_str());
            if (each["state"].text_or() == "stays") ++staying;
        }
        if (answer["next_cursor"].is_null()) break;
        body.set("cursor", answer["next_cursor"]);
    }
    return staying == 0 ? 0 : 1;
}

Result<int> do_what(Desk& desk, const ServiceOptions& options)
{
    const std::string path = "/v1/staff/services/" + options.service;
    if (options.what == "deploy") return deploy_folder(desk, options);
    if (options.what == "versions") {
        print_versions(TRY(desk.ask(http::Method::get, path + "/versions", {})));
        return 0;
    }
    if (options.what == "diff") {
        std::string query;
        if (options.from > 0) query = "?from=" + std::to_string(options.from);
        const auto answer = TRY(desk.ask(
            http::Method::get,
            path + "/versions/" + std::to_string(options.version) + "/changes" + query, {}));
        for (const auto& each : *answer["items"].array()) {
            std::printf("%s\n", std::string{each["text"][options.language].text_or()}.c_str());
        }
        return 0;
    }
    if (options.what == "move") return move_all(desk, options, path);
    if (options.what == "proposals") {
        const auto answer = TRY(desk.ask(
            http::Method::get, "/v1/staff/service-releases?service=" + options.service, {}));
        for (const auto& each : *answer["items"].array()) print_release(each);
        return 0;
    }
    if (options.what == "confirm" || options.what == "refuse") {
        const json::Object decision{{"confirm", options.what == "confirm"},
                                    {"comment", options.reason}};
        print_release(TRY(desk.ask(http::Method::post,
                                   path + "/release/" + options.proposal + "/decision", decision)));
        return 0;
    }
    json::Object body{
        {"action", options.what}, {"reason", options.reason}, {"alone", options.alone}};
    if (options.version > 0) body.set("version", options.version);
    if (options.percent > 0) body.set("percent", options.percent);
    if (!options.institutions.empty()) body.set("institutions", institutions_of(options));
    print_release(TRY(desk.ask(http::Method::post, path + "/release", body)));
    return 0;
}

int service(const ServiceOptions& options)
{
    constexpr std::string_view known[] = {
        "versions", "diff",   "deploy",    "offer",   "roll-back", "try", "end-trial",
        "withdraw", "remove", "proposals", "confirm", "refuse",    "move"};
    if (std::find(std::begin(known), std::end(known), options.what) == std::end(known)) {
        std::fprintf(stderr,
                     "yungui: service knows versions, diff, deploy, offer, roll-back, try, "
                     "end-trial, withdraw, remove, proposals, confirm, refuse and move, not "
                     "“%s”\n",
                     options.what.c_str());
        return 2;
    }
    const char* password = std::getenv("YUNGUI_STAFF_PASSWORD");
    if (options.staff.empty() || options.code.empty() || password == nullptr)
        return service_refused(
            "say who you are: --staff, --code of the authenticator, and the password in "
            "YUNGUI_STAFF_PASSWORD");
    const bool reads =
        options.what == "versions" || options.what == "diff" || options.what == "proposals";
    if ((options.what == "confirm" || options.what == "refuse") && options.proposal.empty())
        return service_refused("say which with --proposal; `proposals` lists them");
    if (!reads && options.reason.empty())
        return service_refused("say why with --reason; it is kept with what you do");
    Desk desk{options.url};
    if (const auto in = desk.sign_in(options.staff, password, options.code); !in)
        return service_refused(in.error().detail);
    const auto done = do_what(desk, options);
    if (!done) return service_refused(done.error().detail);
    return done.value();
}

}  // namespace

void add_service_word(platform::command_line::Program& program)
{
    auto options = std::make_shared<ServiceOptions>();
    program.word(
        "service", "service WHAT SERVICE: versions of services in a running bank",
        [&](platform::command_line::Options& declare) {
            declare.place("what",
                          "versions, diff, deploy (a folder), offer, roll-back, try, end-trial, "
                          "withdraw, remove (each proposes); proposals, confirm, refuse; move "
                          "(cases)",
                          options->what, true);
            declare.place("service", "Its code; of deploy its folder", options->service, true);
            declare.number("--version", "The version", options->version);
            declare.number("--from", "Of diff and move: the other version", options->from);
            declare.number("--percent", "Of a trial: how many of the customers", options->percent);
            declare.texts("--institution", "Of a trial or move: where", options->institutions);
            declare.text("--proposal", "Of confirm and refuse: which", options->proposal);
            declare.flag("--alone",
                         "Of roll-back and end-trial: at once; somebody else confirms afterwards",
                         options->alone);
            declare.flag("--apply", "Of move: do it, do not only say what would happen",
                         options->apply);
            declare.text("--reason", "Why; kept in the audit trail", options->reason);
            declare.text("--language", "Of diff: en or zh", options->language);
            declare.text("--url", "The bank (http://127.0.0.1:8080)", options->url);
            declare.text("--staff", "Your name there; the password is YUNGUI_STAFF_PASSWORD",
                         options->staff);
            declare.text("--code", "Six digits of your authenticator", options->code);
        },
        [options] { return service(*options); });
}

}  // namespace server
