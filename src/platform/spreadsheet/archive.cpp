// SPDX-License-Identifier: Apache-2.0
#include <platform/spreadsheet/internal/archive.h>

#include <base/ensure.h>

#include <zip.h>

#include <array>

namespace platform::spreadsheet {

namespace internal {

struct Archive::Held {
    zip_t* archive = nullptr;
    Limits limits;

    ~Held()
    {
        if (archive != nullptr) zip_discard(archive);
    }
};

Archive::Archive(std::unique_ptr<Held> held) : held_(std::move(held)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive::~Archive() = default;

base::Result<Archive> Archive::open(std::string_view bytes, const Limits& limits)
{
    const auto refused = [] {
        return base::invalid("spreadsheet.not_a_workbook", "this is no workbook (.xlsx)");
    };
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source == nullptr) return refused();
    auto held = std::make_unique<Held>();
    held->limits = limits;
    held->archive = zip_open_from_source(source, ZIP_RDONLY, &error);
    zip_error_fini(&error);
    if (held->archive == nullptr) {
        zip_source_free(source);
        return refused();
    }
    const auto parts = zip_get_num_entries(held->archive, 0);
    if (parts < 0 || static_cast<std::size_t>(parts) > limits.parts) {
        return base::invalid("spreadsheet.too_large", "the workbook has too many parts");
    }
    return Archive{std::move(held)};
}

bool Archive::has(const std::string& name) const
{
    return zip_name_locate(held_->archive, name.c_str(), 0) >= 0;
}

base::Result<void> Archive::read(
    const std::string& name, const std::function<base::Result<void>(std::string_view)>& piece) const
{
    zip_stat_t facts;
    zip_stat_init(&facts);
    if (zip_stat(held_->archive, name.c_str(), 0, &facts) != 0) {
        return base::invalid("spreadsheet.malformed", "the workbook lacks " + name);
    }
    if ((facts.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && facts.encryption_method != ZIP_EM_NONE) {
        return base::invalid("spreadsheet.encrypted", "the workbook is protected by a password");
    }
    struct Closer {
        zip_file_t* file;
        ~Closer()
        {
            if (file != nullptr) zip_fclose(file);
        }
    } const open{zip_fopen(held_->archive, name.c_str(), 0)};
    if (open.file == nullptr) {
        return base::invalid("spreadsheet.malformed", name + " cannot be unpacked");
    }
    std::vector<char> buffer(64 * 1024);
    std::size_t total = 0;
    while (true) {
        const auto got = zip_fread(open.file, buffer.data(), buffer.size());
        if (got < 0) return base::invalid("spreadsheet.malformed", name + " cannot be unpacked");
        if (got == 0) return {};
        total += static_cast<std::size_t>(got);
        if (total > held_->limits.unpacked_bytes) {
            return base::invalid("spreadsheet.too_large", "the workbook unpacks to too much");
        }
        TRY(piece({buffer.data(), static_cast<std::size_t>(got)}));
    }
}

}  // namespace internal

std::string zip(std::span<const Part> parts)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
    base::ensure(target != nullptr);
    zip_t* archive = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error);
    base::ensure(archive != nullptr);
    zip_source_keep(target);  // To read what was written after the archive is closed.
    for (const Part& part : parts) {
        zip_source_t* content =
            zip_source_buffer(archive, part.content.data(), part.content.size(), 0);
        base::ensure(content != nullptr);
        base::ensure(zip_file_add(archive, part.name.c_str(), content, ZIP_FL_ENC_UTF_8) >= 0);
    }
    base::ensure(zip_close(archive) == 0);
    base::ensure(zip_source_open(target) == 0);
    std::string bytes;
    std::array<char, 16 * 1024> buffer{};
    for (zip_int64_t got = 0; (got = zip_source_read(target, buffer.data(), buffer.size())) > 0;) {
        bytes.append(buffer.data(), static_cast<std::size_t>(got));
    }
    zip_source_close(target);
    zip_source_free(target);
    return bytes;
}

}  // namespace platform::spreadsheet
