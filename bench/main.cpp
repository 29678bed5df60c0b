// SPDX-License-Identifier: Apache-2.0
#include <bench/ledger.h>
#include <bench/vision.h>

#include <cstdio>
#include <filesystem>
#include <string_view>

/// yungui-bench NAME [--json]: the measurements that run inside the program's own code. `./yungui
/// bench` calls it.
int main(int count, char** words)
{
    const std::string_view name = count > 1 ? words[1] : "";
    const bool json = count > 2 && std::string_view{words[2]} == "--json";
    const auto root =
        std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path().parent_path();
    if (name == "ledger") return bench::bench_ledger(json);
    if (name == "vision") return bench::bench_vision(root, json);
    std::fprintf(stderr, "yungui: bench knows ledger and vision here, not “%.*s”\n",
                 static_cast<int>(name.size()), name.data());
    return 2;
}
