// SPDX-License-Identifier: Apache-2.0
#include <bank/organisation/saved_filters.h>

#include <algorithm>

namespace bank::organisation {

using platform::sql::Cursor;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::int64_t most_filters = 20;
constexpr std::ptrdiff_t longest_name = 40;

#define FILTER_COLUMNS "select id, name, state, service, late_only from organisation_filter "

SavedFilter filter_of(const Cursor& row)
{
    return {row.id<SavedFilterId>(0), row.string(1), row.string(2), row.string(3), row.boolean(4)};
}

base::Result<std::string> tidy_name(std::string_view name)
{
    const auto begin = name.find_first_not_of(' ');
    if (begin != std::string_view::npos) {
        name = name.substr(begin, name.find_last_not_of(' ') - begin + 1);
    }
    // Characters of UTF-8 are counted by the bytes that begin one.
    const auto characters = std::ranges::count_if(
        name, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    const bool control = std::ranges::any_of(name, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20U || byte == 0x7FU;
    });
    if (begin == std::string_view::npos || characters > longest_name || control) {
        return base::invalid("filter.name_invalid", "A filter's name has 1 to 40 characters.");
    }
    return std::string{name};
}

base::Error filter_unknown()
{
    return base::not_found("filter.unknown", "You have no such filter.");
}

base::Result<void> name_is_free(Snapshot& snapshot, StaffId owner, const std::string& name,
                                SavedFilterId except)
{
    auto row =
        snapshot.query("select 1 from organisation_filter where staff = ? and name = ? and id <> ?",
                       owner, name, except);
    if (row.next()) {
        return base::conflict("filter.name_taken", "You have a filter of that name already.");
    }
    return {};
}

}  // namespace

SavedFilters::SavedFilters(platform::sql::Book& house) : house_(house) {}

std::vector<SavedFilter> SavedFilters::of(StaffId owner) const
{
    return house_.read([&](Snapshot& snapshot) {
        std::vector<SavedFilter> all;
        auto rows = snapshot.query(FILTER_COLUMNS "where staff = ? order by id", owner);
        while (rows.next()) all.push_back(filter_of(rows));
        return all;
    });
}

base::Result<SavedFilter> SavedFilters::save(StaffId owner, SavedFilter filter)
{
    filter.name = TRY(tidy_name(filter.name));
    const auto written = house_.write([&](Transaction& transaction) -> base::Result<void> {
        {
            auto row = transaction.query("select count(*) from organisation_filter where staff = ?",
                                         owner);
            row.next();
            if (row.integer(0) >= most_filters) {
                return base::conflict("filter.too_many", "Twenty filters are kept for a person.");
            }
        }
        filter.id = transaction.new_id<SavedFilterId>();
        TRY(name_is_free(transaction, owner, filter.name, filter.id));
        transaction.execute(
            "insert into organisation_filter(id, staff, name, state, service, late_only)"
            " values (?, ?, ?, ?, ?, ?)",
            filter.id, owner, filter.name, filter.state, filter.service, filter.late_only ? 1 : 0);
        return {};
    });
    TRY(written);
    return filter;
}

base::Result<SavedFilter> SavedFilters::rename(StaffId owner, SavedFilterId id,
                                               std::string_view name)
{
    const std::string fresh = TRY(tidy_name(name));
    SavedFilter renamed;
    const auto written = house_.write([&](Transaction& transaction) -> base::Result<void> {
        {
            auto row = transaction.query(FILTER_COLUMNS "where staff = ? and id = ?", owner, id);
            if (!row.next()) return filter_unknown();
            renamed = filter_of(row);
        }
        TRY(name_is_free(transaction, owner, fresh, id));
        transaction.execute("update organisation_filter set name = ? where id = ?", fresh, id);
        return {};
    });
    TRY(written);
    renamed.name = fresh;
    return renamed;
}

base::Result<void> SavedFilters::remove(StaffId owner, SavedFilterId id)
{
    return house_.write([&](Transaction& transaction) -> base::Result<void> {
        const auto gone = transaction.execute(
            "delete from organisation_filter where staff = ? and id = ?", owner, id);
        if (gone == 0) return filter_unknown();
        return {};
    });
}

}  // namespace bank::organisation
