// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/simulated_disk.h>

#include <base/ensure.h>

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <optional>
#include <random>
#include <span>

namespace platform::sql {

namespace {

constexpr std::size_t sector = 512;

using Content = std::vector<std::byte>;

void write_into(Content& content, std::int64_t at, std::span<const std::byte> bytes)
{
    const auto end = static_cast<std::size_t>(at) + bytes.size();
    if (content.size() < end) content.resize(end);
    std::copy(bytes.begin(), bytes.end(), content.begin() + at);
}

void carry_out(Content& content, const SimulatedDisk::Step& step)
{
    if (step.act == SimulatedDisk::Act::write) write_into(content, step.at, step.bytes);
    if (step.act == SimulatedDisk::Act::truncate) content.resize(static_cast<std::size_t>(step.at));
}

struct DiskFile {
    Content content;
    int shared = 0;  // Who holds at least a shared lock on it.
    const void* reserved = nullptr;
    const void* exclusive = nullptr;
    // The shared memory of its write-ahead log, and the locks on that.
    std::vector<std::unique_ptr<std::array<std::byte, 32768>>> regions;
    std::array<int, SQLITE_SHM_NLOCK> shm_shared{};
    std::array<const void*, SQLITE_SHM_NLOCK> shm_exclusive{};
};

}  // namespace

struct SimulatedDisk::State {
    mutable std::mutex mutex;
    std::map<std::string, std::shared_ptr<DiskFile>> files;
    std::vector<Step> steps;
    std::atomic<std::size_t> made = 0;
    std::size_t refuse_from = ~std::size_t{0};
    std::size_t refuse_to = 0;
    Fault fault = Fault::full;
    int unnamed = 0;

    /// Counts a step; an SQLite error where it is to be refused.
    int step(Step made_now)
    {
        const std::size_t number = made++;
        if (number >= refuse_from && number < refuse_to) {
            steps.push_back({Act::flush, {}, 0, {}});
            if (fault == Fault::full) return SQLITE_FULL;
            return made_now.act == Act::flush ? SQLITE_IOERR_FSYNC : SQLITE_IOERR_WRITE;
        }
        if (const auto file = files.find(made_now.file); file != files.end()) {
            carry_out(file->second->content, made_now);
        }
        steps.push_back(std::move(made_now));
        return SQLITE_OK;
    }
};

namespace {

/// What SQLite holds of an open file; made and ended in memory that SQLite owns.
struct OpenFile {
    sqlite3_file base;
    SimulatedDisk::State* disk;
    std::shared_ptr<DiskFile>* file;
    std::string* name;
    int lock;
    unsigned shm_shared;
    unsigned shm_exclusive;
};

OpenFile& opened(sqlite3_file* file)
{
    return *reinterpret_cast<OpenFile*>(file);
}

int close_file(sqlite3_file* handle)
{
    OpenFile& open = opened(handle);
    delete open.file;
    delete open.name;
    return SQLITE_OK;
}

int read_file(sqlite3_file* handle, void* into, int count, sqlite3_int64 at)
{
    OpenFile& open = opened(handle);
    const std::lock_guard lock{open.disk->mutex};
    const Content& content = (*open.file)->content;
    const auto size = static_cast<sqlite3_int64>(content.size());
    const auto there = std::clamp<sqlite3_int64>(size - at, 0, count);
    if (there > 0) std::memcpy(into, content.data() + at, static_cast<std::size_t>(there));
    if (there == count) return SQLITE_OK;
    std::memset(static_cast<char*>(into) + there, 0, static_cast<std::size_t>(count - there));
    return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* handle, const void* from, int count, sqlite3_int64 at)
{
    OpenFile& open = opened(handle);
    const std::lock_guard lock{open.disk->mutex};
    const auto* bytes = static_cast<const std::byte*>(from);
    return open.disk->step({SimulatedDisk::Act::write, *open.name, at, {bytes, bytes + count}});
}

int truncate_file(sqlite3_file* handle, sqlite3_int64 size)
{
    OpenFile& open = opened(handle);
    const std::lock_guard lock{open.disk->mutex};
    return open.disk->step({SimulatedDisk::Act::truncate, *open.name, size, {}});
}

int flush_file(sqlite3_file* handle, int)
{
    OpenFile& open = opened(handle);
    const std::lock_guard lock{open.disk->mutex};
    return open.disk->step({SimulatedDisk::Act::flush, *open.name, 0, {}});
}

int size_of_file(sqlite3_file* handle, sqlite3_int64* size)
{
    OpenFile& open = opened(handle);
    const std::lock_guard lock{open.disk->mutex};
    *size = static_cast<sqlite3_int64>((*open.file)->content.size());
    return SQLITE_OK;
}

int lock_file(sqlite3_file* handle, int level)
{
    OpenFile& open = opened(handle);
    const std::lock_guard lock{open.disk->mutex};
    DiskFile& file = **open.file;
    if (open.lock >= level) return SQLITE_OK;
    if (file.exclusive != nullptr && file.exclusive != handle) return SQLITE_BUSY;
    if (open.lock == SQLITE_LOCK_NONE) ++file.shared;
    if (level >= SQLITE_LOCK_RESERVED) {
        const bool taken = file.reserved != nullptr && file.reserved != handle;
        const bool read = level == SQLITE_LOCK_EXCLUSIVE && file.shared > 1;
        if (taken || read) {
            if (open.lock == SQLITE_LOCK_NONE) --file.shared;
            return SQLITE_BUSY;
        }
        file.reserved = handle;
        if (level == SQLITE_LOCK_EXCLUSIVE) file.exclusive = handle;
    }
    open.lock = level;
    return SQLITE_OK;
}

int unlock_file(sqlite3_file* handle, int level)
{
    OpenFile& open = opened(handle);
    const std::lock_guard lock{open.disk->mutex};
    DiskFile& file = **open.file;
    if (open.lock <= level) return SQLITE_OK;
    if (file.exclusive == handle) file.exclusive = nullptr;
    if (file.reserved == handle) file.reserved = nullptr;
    if (level == SQLITE_LOCK_NONE) --file.shared;
    open.lock = level;
    return SQLITE_OK;
}

int is_reserved(sqlite3_file* handle, int* answer)
{
    OpenFile& open = opened(handle);
    const std::lock_guard lock{open.disk->mutex};
    *answer = (*open.file)->reserved != nullptr ? 1 : 0;
    return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*)
{
    return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file*)
{
    return sector;
}

int characteristics(sqlite3_file*)
{
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int map_region(sqlite3_file* handle, int number, int size, int extend, void volatile** region)
{
    OpenFile& open = opened(handle);
    const std::lock_guard lock{open.disk->mutex};
    auto& regions = (*open.file)->regions;
    base::ensure(size == 32768);
    const auto wanted = static_cast<std::size_t>(number) + 1;
    while (extend != 0 && regions.size() < wanted) {
        regions.push_back(std::make_unique<std::array<std::byte, 32768>>());
    }
    *region = regions.size() < wanted ? nullptr : regions[wanted - 1]->data();
    return SQLITE_OK;
}

int lock_region(sqlite3_file* handle, int first, int count, int flags)
{
    OpenFile& open = opened(handle);
    const std::lock_guard lock{open.disk->mutex};
    DiskFile& file = **open.file;
    const bool take = (flags & SQLITE_SHM_LOCK) != 0;
    const bool shared = (flags & SQLITE_SHM_SHARED) != 0;
    unsigned& mine = shared ? open.shm_shared : open.shm_exclusive;
    const auto from = static_cast<std::size_t>(first);
    const auto to = from + static_cast<std::size_t>(count);
    for (std::size_t i = from; take && i < to; ++i) {
        const bool other_writes =
            file.shm_exclusive[i] != nullptr && file.shm_exclusive[i] != handle;
        const int own = (open.shm_shared >> i & 1U) != 0 ? 1 : 0;
        if (other_writes || (!shared && file.shm_shared[i] > own)) return SQLITE_BUSY;
    }
    for (std::size_t i = from; i < to; ++i) {
        const unsigned bit = 1U << i;
        if (((mine & bit) != 0) == take) continue;
        mine ^= bit;
        if (shared) {
            file.shm_shared[i] += take ? 1 : -1;
        } else {
            file.shm_exclusive[i] = take ? handle : nullptr;
        }
    }
    return SQLITE_OK;
}

void barrier(sqlite3_file*)
{
    std::atomic_thread_fence(std::memory_order_seq_cst);
}

int unmap_regions(sqlite3_file* handle, int remove)
{
    OpenFile& open = opened(handle);
    lock_region(handle, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
    lock_region(handle, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
    const std::lock_guard lock{open.disk->mutex};
    if (remove != 0) (*open.file)->regions.clear();
    return SQLITE_OK;
}

const sqlite3_io_methods methods = {2,
                                    close_file,
                                    read_file,
                                    write_file,
                                    truncate_file,
                                    flush_file,
                                    size_of_file,
                                    lock_file,
                                    unlock_file,
                                    is_reserved,
                                    control_file,
                                    sector_size,
                                    characteristics,
                                    map_region,
                                    lock_region,
                                    barrier,
                                    unmap_regions,
                                    nullptr,
                                    nullptr};

SimulatedDisk::State& disk_of(sqlite3_vfs* vfs)
{
    return *static_cast<SimulatedDisk::State*>(vfs->pAppData);
}

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* handle, int flags, int* given)
{
    SimulatedDisk::State& disk = disk_of(vfs);
    const std::lock_guard lock{disk.mutex};
    const std::string path = name != nullptr ? name : "unnamed-" + std::to_string(++disk.unnamed);
    handle->pMethods = nullptr;
    auto found = disk.files.find(path);
    if (found == disk.files.end()) {
        if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
        found = disk.files.emplace(path, std::make_shared<DiskFile>()).first;
    }
    OpenFile& open = opened(handle);
    open = {{&methods},
            &disk,
            new std::shared_ptr<DiskFile>{found->second},
            new std::string{path},
            SQLITE_LOCK_NONE,
            0,
            0};
    if (given != nullptr) *given = flags;
    return SQLITE_OK;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int)
{
    SimulatedDisk::State& disk = disk_of(vfs);
    const std::lock_guard lock{disk.mutex};
    if (!disk.files.contains(name)) return SQLITE_IOERR_DELETE_NOENT;
    const int refused = disk.step({SimulatedDisk::Act::remove, name, 0, {}});
    if (refused == SQLITE_OK) disk.files.erase(name);
    return refused;
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* answer)
{
    SimulatedDisk::State& disk = disk_of(vfs);
    const std::lock_guard lock{disk.mutex};
    *answer = disk.files.contains(name) ? 1 : 0;
    return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int size, char* into)
{
    sqlite3_snprintf(size, into, "%s", name);
    return SQLITE_OK;
}

sqlite3_vfs& simulated_vfs()
{
    static sqlite3_vfs vfs = [] {
        sqlite3_vfs made = *sqlite3_vfs_find(nullptr);  // Time and chance are the system's.
        made.szOsFile = sizeof(OpenFile);
        made.pNext = nullptr;
        made.zName = "simulated";
        made.xOpen = open_file;
        made.xDelete = remove_file;
        made.xAccess = access_file;
        made.xFullPathname = full_name;
        return made;
    }();
    return vfs;
}

}  // namespace

SimulatedDisk::SimulatedDisk(Files files) : state_(std::make_unique<State>())
{
    for (auto& [name, content] : files) {
        auto file = std::make_shared<DiskFile>();
        file->content = std::move(content);
        state_->files.emplace(name, std::move(file));
    }
    sqlite3_vfs& vfs = simulated_vfs();
    base::ensure(vfs.pAppData == nullptr || sqlite3_vfs_find("simulated") == nullptr);
    vfs.pAppData = state_.get();
    sqlite3_vfs_register(&vfs, 1);
}

SimulatedDisk::~SimulatedDisk()
{
    sqlite3_vfs_unregister(&simulated_vfs());
}

std::size_t SimulatedDisk::steps_made() const
{
    return state_->made;
}

std::vector<SimulatedDisk::Step> SimulatedDisk::steps() const
{
    const std::lock_guard lock{state_->mutex};
    return state_->steps;
}

void SimulatedDisk::refuse(std::size_t step, Fault fault, std::size_t more)
{
    const std::lock_guard lock{state_->mutex};
    state_->refuse_from = step;
    state_->refuse_to = step + 1 + more;
    state_->fault = fault;
}

SimulatedDisk::Files Crashes::after(std::size_t made, SimulatedDisk::Unflushed unflushed,
                                    std::uint64_t seed)
{
    base::ensure(made >= next_ && made <= steps_.size());
    for (; next_ < made; ++next_) {
        const SimulatedDisk::Step& step = steps_[next_];
        switch (step.act) {
            case SimulatedDisk::Act::flush:
                for (const std::size_t number : unflushed_[step.file]) {
                    carry_out(flushed_[step.file], steps_[number]);
                }
                unflushed_.erase(step.file);
                break;
            case SimulatedDisk::Act::remove:
                flushed_.erase(step.file);
                unflushed_.erase(step.file);
                break;
            default:
                unflushed_[step.file].push_back(next_);
        }
    }
    SimulatedDisk::Files files = flushed_;
    std::mt19937_64 chance{seed};
    for (const auto& [name, numbers] : unflushed_) {
        if (unflushed == SimulatedDisk::Unflushed::lost) continue;
        Content& content = files[name];
        for (const std::size_t number : numbers) {
            const SimulatedDisk::Step& step = steps_[number];
            const auto dice = unflushed == SimulatedDisk::Unflushed::kept ? 0 : chance() % 3;
            if (dice == 0) carry_out(content, step);
            if (dice != 2 || step.act != SimulatedDisk::Act::write) continue;
            for (std::size_t from = 0; from < step.bytes.size();) {
                const auto at = static_cast<std::size_t>(step.at) + from;
                const std::size_t size = std::min(sector - at % sector, step.bytes.size() - from);
                if (chance() % 2 == 0) {
                    write_into(content, static_cast<std::int64_t>(at),
                               std::span{step.bytes}.subspan(from, size));
                }
                from += size;
            }
        }
    }
    return files;
}

}  // namespace platform::sql
