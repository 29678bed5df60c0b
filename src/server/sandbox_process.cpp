// SPDX-License-Identifier: Apache-2.0
#include <server/sandbox_process.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace server {

namespace {

[[noreturn]] void fail(const char* doing)
{
    throw std::system_error(errno, std::generic_category(), doing);
}

bool binds(std::uint16_t port, std::uint16_t& bound)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) fail("cannot make a socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    socklen_t size = sizeof address;
    const bool done = ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                      ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    bound = ntohs(address.sin_port);
    ::close(descriptor);
    return done;
}

}  // namespace

SandboxProcess::SandboxProcess(const std::filesystem::path& program,
                               const std::vector<std::string>& arguments)
{
    const std::string name = program.string();
    std::vector<char*> words{const_cast<char*>(name.c_str())};
    for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    const pid_t parent = ::getpid();
    process_ = ::fork();
    if (process_ < 0) fail("cannot start the sandbox");
    if (process_ == 0) {
        // In a group of its own, so that Ctrl-C reaches it through us; and it must not outlive us.
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != parent) ::_exit(0);
        // A socket of ours that it held would keep our port.
        ::closefrom(STDERR_FILENO + 1);
        ::execv(name.c_str(), words.data());
        ::_exit(127);
    }
}

SandboxProcess::~SandboxProcess()
{
    ::kill(process_, SIGTERM);
    for (int i = 0; i < 60; ++i) {
        if (::waitpid(process_, nullptr, WNOHANG) != 0) return;
        ::usleep(50'000);
    }
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

std::uint16_t free_port(std::uint16_t wished)
{
    std::uint16_t port = 0;
    if (wished != 0 && binds(wished, port)) return port;
    if (!binds(0, port)) fail("no port is free");
    return port;
}

}  // namespace server
