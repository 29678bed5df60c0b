// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/lasting_map.h>

#include <base/ensure.h>

#include <sqlite3.h>

#include <chrono>

namespace platform::sql::internal {

namespace {

constexpr std::chrono::seconds mapping_age{1};

/// What stands before the usual system's own record of an open file.
struct MappedFile {
    sqlite3_file base;
    std::chrono::steady_clock::time_point mapped;
};

sqlite3_vfs* usual()
{
    static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
    base::ensure(vfs != nullptr);
    return vfs;
}

sqlite3_file* inner(sqlite3_file* file)
{
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<MappedFile*>(file) + 1);
}

/// Hands a call on to the usual file system.
template <auto Method, class... Arguments>
int pass(sqlite3_file* file, Arguments... arguments)
{
    sqlite3_file* const to = inner(file);
    return (to->pMethods->*Method)(to, arguments...);
}

void pass_barrier(sqlite3_file* file)
{
    inner(file)->pMethods->xShmBarrier(inner(file));
}

int unfetch(sqlite3_file* file, sqlite3_int64 offset, void* page)
{
    if (page == nullptr) {
        auto& mapped = reinterpret_cast<MappedFile*>(file)->mapped;
        const auto now = std::chrono::steady_clock::now();
        if (now - mapped < mapping_age) return SQLITE_OK;
        mapped = now;
    }
    return inner(file)->pMethods->xUnfetch(inner(file), offset, page);
}

constexpr sqlite3_io_methods methods = {
    .iVersion = 3,
    .xClose = pass<&sqlite3_io_methods::xClose>,
    .xRead = pass<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = pass<&sqlite3_io_methods::xWrite, const void*, int, sqlite3_int64>,
    .xTruncate = pass<&sqlite3_io_methods::xTruncate, sqlite3_int64>,
    .xSync = pass<&sqlite3_io_methods::xSync, int>,
    .xFileSize = pass<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
    .xLock = pass<&sqlite3_io_methods::xLock, int>,
    .xUnlock = pass<&sqlite3_io_methods::xUnlock, int>,
    .xCheckReservedLock = pass<&sqlite3_io_methods::xCheckReservedLock, int*>,
    .xFileControl = pass<&sqlite3_io_methods::xFileControl, int, void*>,
    .xSectorSize = pass<&sqlite3_io_methods::xSectorSize>,
    .xDeviceCharacteristics = pass<&sqlite3_io_methods::xDeviceCharacteristics>,
    .xShmMap = pass<&sqlite3_io_methods::xShmMap, int, int, int, void volatile**>,
    .xShmLock = pass<&sqlite3_io_methods::xShmLock, int, int, int>,
    .xShmBarrier = pass_barrier,
    .xShmUnmap = pass<&sqlite3_io_methods::xShmUnmap, int>,
    .xFetch = pass<&sqlite3_io_methods::xFetch, sqlite3_int64, int, void**>,
    .xUnfetch = unfetch,
};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out)
{
    auto& mapped = *reinterpret_cast<MappedFile*>(file);
    mapped.base.pMethods = nullptr;
    mapped.mapped = std::chrono::steady_clock::now();
    inner(file)->pMethods = nullptr;
    const int code = usual()->xOpen(usual(), name, inner(file), flags, flags_out);
    if (inner(file)->pMethods == nullptr) return code;
    base::ensure(inner(file)->pMethods->iVersion >= 3);
    mapped.base.pMethods = &methods;
    return code;
}

}  // namespace

const char* lasting_map()
{
    static sqlite3_vfs* const made = [] {
        static sqlite3_vfs vfs;
        vfs = *usual();  // All but opening is the usual system's, in whose name it is called.
        vfs.pNext = nullptr;
        vfs.zName = "lasting-map";
        vfs.szOsFile += static_cast<int>(sizeof(MappedFile));
        vfs.xOpen = open;
        base::ensure(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
        return &vfs;
    }();
    return made->zName;
}

}  // namespace platform::sql::internal
