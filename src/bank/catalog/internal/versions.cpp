// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/internal/versions.h>

namespace bank::catalog::internal {

namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

std::string to_text(const Files& files)
{
    json::Object object;
    for (const auto& [name, content] : files) object.set(name, content);
    return json::serialise(object);
}

Files to_files(std::string_view text)
{
    Files files;
    const auto value = json::parse(text);
    base::ensure(value.has_value() && value.value().object() != nullptr);
    for (const auto& [name, content] : *value.value().object()) {
        files.emplace(name, content.text_or());
    }
    return files;
}

}  // namespace

std::map<std::string, int> Versions::offers()
{
    return house_.read([](Snapshot& snapshot) {
        std::map<std::string, int> offers;
        auto rows = snapshot.query("select code, version from catalog_offer");
        while (rows.next()) offers.emplace(rows.string(0), static_cast<int>(rows.integer(1)));
        return offers;
    });
}

std::string Versions::hash(std::string_view code, int version)
{
    return house_.read([&](Snapshot& snapshot) {
        auto rows = snapshot.query(
            "select hash from catalog_service_version where code = ? and version = ?", code,
            version);
        return rows.next() ? rows.string(0) : std::string{};
    });
}

std::optional<StoredVersion> Versions::find(std::string_view code, int version)
{
    return house_.read([&](Snapshot& snapshot) -> std::optional<StoredVersion> {
        auto rows = snapshot.query(
            "select deployed_at, files from catalog_service_version where code = ? and version = ?",
            code, version);
        if (!rows.next()) return std::nullopt;
        return StoredVersion{std::string{code}, version, rows.instant(0), to_files(rows.text(1))};
    });
}

StoredVersion Versions::store(const Service& service)
{
    auto stored = house_.write([&](Transaction& transaction) -> base::Result<StoredVersion> {
        StoredVersion version{service.code, 0, transaction.now(), {}};
        {
            auto same = transaction.query(
                "select version, deployed_at from catalog_service_version where code = ? and hash "
                "= ?",
                service.code, service.hash);
            if (same.next()) {
                version.version = static_cast<int>(same.integer(0));
                version.deployed_at = same.instant(1);
            }
        }
        if (version.version == 0) {
            {
                auto last = transaction.query(
                    "select coalesce(max(version), 0) from catalog_service_version where code = ?",
                    service.code);
                last.next();
                version.version = static_cast<int>(last.integer(0)) + 1;
            }
            transaction.execute(
                "insert into catalog_service_version(code, version, hash, deployed_at, files)"
                " values (?, ?, ?, ?, ?)",
                service.code, version.version, service.hash, version.deployed_at,
                to_text(service.files));
        }
        transaction.execute(
            "insert into catalog_offer(code, version) values (?, ?)"
            " on conflict (code) do update set version = excluded.version",
            service.code, version.version);
        return version;
    });
    if (!stored) throw platform::sql::Failure{stored.error().detail};
    return std::move(stored).value();
}

void Versions::withdraw(std::string_view code)
{
    const auto done = house_.write([&](Transaction& transaction) -> base::Result<void> {
        transaction.execute("delete from catalog_offer where code = ?", code);
        return {};
    });
    if (!done) throw platform::sql::Failure{done.error().detail};
}

std::vector<Catalog::Deployment> Versions::all()
{
    return house_.read([](Snapshot& snapshot) {
        std::vector<Catalog::Deployment> all;
        auto rows = snapshot.query(
            "select v.code, v.version, v.hash, v.deployed_at, o.version is not null"
            " from catalog_service_version v left join catalog_offer o"
            " on o.code = v.code and o.version = v.version order by v.code, v.version");
        while (rows.next()) {
            all.push_back({rows.string(0), static_cast<int>(rows.integer(1)), rows.string(2),
                           rows.instant(3), rows.boolean(4)});
        }
        return all;
    });
}

}  // namespace bank::catalog::internal
