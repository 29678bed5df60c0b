// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/internal/versions.h>

#include <base/words.h>

#include <algorithm>

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

StoredVersion write_version(Transaction& transaction, const Service& service)
{
    StoredVersion version{service.code, 0, transaction.now(), {}};
    {
        auto same = transaction.query(
            "select version, deployed_at from catalog_service_version where code = ? and hash = ?",
            service.code, service.hash);
        if (same.next()) {
            version.version = static_cast<int>(same.integer(0));
            version.deployed_at = same.instant(1);
        }
    }
    if (version.version != 0) {
        transaction.execute(
            "update catalog_service_version set withdrawn_at = null where code = ? and version = ?",
            service.code, version.version);
        return version;
    }
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
        service.code, version.version, service.hash, version.deployed_at, to_text(service.files));
    return version;
}

void write_offer(Transaction& transaction, std::string_view code, int version)
{
    transaction.execute(
        "insert into catalog_offer(code, version) values (?, ?)"
        " on conflict (code) do update set version = excluded.version",
        code, version);
    transaction.execute(
        "update catalog_service_version set offered_at = ? where code = ? and version = ?",
        transaction.now(), code, version);
    transaction.execute("delete from catalog_trial where code = ?", code);
}

void write_trial(Transaction& transaction, std::string_view code, const Trial& trial)
{
    std::string institutions;
    for (const auto& each : trial.institutions)
        institutions += (institutions.empty() ? "" : " ") + each;
    transaction.execute(
        "insert into catalog_trial(code, version, institutions, percent, since)"
        " values (?, ?, ?, ?, ?) on conflict (code) do update set version = excluded.version,"
        " institutions = excluded.institutions, percent = excluded.percent, since = excluded.since",
        code, trial.version, institutions, trial.percent, transaction.now());
}

void write_folder(Transaction& transaction, std::string_view code, std::string_view hash)
{
    transaction.execute(
        "insert into catalog_folder(code, hash) values (?, ?)"
        " on conflict (code) do update set hash = excluded.hash",
        code, hash);
}

base::Result<void> tell(Transaction& transaction, const Catalog::Also& also,
                        const std::string& code, int version)
{
    if (also == nullptr) return {};
    return also(transaction, code + "@" + std::to_string(version));
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

std::map<std::string, Trial> Versions::trials()
{
    return house_.read([](Snapshot& snapshot) {
        std::map<std::string, Trial> trials;
        auto rows =
            snapshot.query("select code, version, institutions, percent, since from catalog_trial");
        while (rows.next()) {
            trials.emplace(rows.string(0),
                           Trial{static_cast<int>(rows.integer(1)), base::split_words(rows.text(2)),
                                 static_cast<int>(rows.integer(3)), rows.instant(4)});
        }
        return trials;
    });
}

std::optional<std::string> Versions::folder_hash(std::string_view code)
{
    return house_.read([&](Snapshot& snapshot) -> std::optional<std::string> {
        auto rows = snapshot.query("select hash from catalog_folder where code = ?", code);
        if (!rows.next()) return std::nullopt;
        return rows.string(0);
    });
}

void Versions::note_folder(std::string_view code, std::string_view hash)
{
    const auto done = house_.write([&](Transaction& transaction) -> base::Result<void> {
        write_folder(transaction, code, hash);
        return {};
    });
    if (!done) throw platform::sql::Failure{done.error().detail};
}

base::Result<StoredVersion> Versions::store(const Service& service,
                                            const std::optional<std::string>& folder_hash,
                                            const std::optional<Trial>& trial, const Also& also,
                                            Catalog::For whom)
{
    return house_.write([&](Transaction& transaction) -> base::Result<StoredVersion> {
        const StoredVersion stored = write_version(transaction, service);
        if (folder_hash) {
            write_folder(transaction, service.code, *folder_hash);
        } else {
            transaction.execute(
                "insert into catalog_folder(code, hash) values (?, '')"
                " on conflict (code) do nothing",
                service.code);
        }
        if (whom == Catalog::For::people && trial) {
            Trial with_number = *trial;
            with_number.version = stored.version;
            write_trial(transaction, service.code, with_number);
        } else if (whom == Catalog::For::people) {
            write_offer(transaction, service.code, stored.version);
        }
        TRY(tell(transaction, also, service.code, stored.version));
        return stored;
    });
}

base::Result<void> Versions::offer(const std::string& code, int version, const Also& also)
{
    return house_.write([&](Transaction& transaction) -> base::Result<void> {
        write_offer(transaction, code, version);
        return tell(transaction, also, code, version);
    });
}

base::Result<void> Versions::try_out(const std::string& code, const Trial& trial, const Also& also)
{
    return house_.write([&](Transaction& transaction) -> base::Result<void> {
        write_trial(transaction, code, trial);
        return tell(transaction, also, code, trial.version);
    });
}

base::Result<void> Versions::end_trial(const std::string& code, int version, const Also& also)
{
    return house_.write([&](Transaction& transaction) -> base::Result<void> {
        transaction.execute("delete from catalog_trial where code = ?", code);
        return tell(transaction, also, code, version);
    });
}

base::Result<void> Versions::withdraw(const std::string& code, int version, int instead,
                                      const Also& also)
{
    return house_.write([&](Transaction& transaction) -> base::Result<void> {
        transaction.execute(
            "update catalog_service_version set withdrawn_at = ? where code = ? and version = ?",
            transaction.now(), code, version);
        transaction.execute("delete from catalog_trial where code = ? and version = ?", code,
                            version);
        if (instead != 0) write_offer(transaction, code, instead);
        return tell(transaction, also, code, version);
    });
}

base::Result<void> Versions::remove(const std::string& code, int version, const Also& also)
{
    return house_.write([&](Transaction& transaction) -> base::Result<void> {
        transaction.execute("delete from catalog_offer where code = ?", code);
        transaction.execute("delete from catalog_trial where code = ?", code);
        transaction.execute("delete from catalog_folder where code = ?", code);
        return tell(transaction, also, code, version);
    });
}

std::vector<Catalog::Deployment> Versions::all(std::string_view code)
{
    const auto on_trial = trials();
    return house_.read([&](Snapshot& snapshot) {
        std::vector<Catalog::Deployment> all;
        auto rows = snapshot.query(
            "select v.code, v.version, v.hash, v.deployed_at, o.version is not null,"
            " v.withdrawn_at is not null, v.offered_at from catalog_service_version v "
            "left join catalog_offer o"
            " on o.code = v.code and o.version = v.version"
            " where ? = '' or v.code = ? order by v.code, v.version",
            code, code);
        while (rows.next()) {
            all.push_back({rows.string(0), static_cast<int>(rows.integer(1)), rows.string(2),
                           rows.instant(3), rows.boolean(4), rows.boolean(5), std::nullopt,
                           std::nullopt});
            if (!rows.is_null(6)) all.back().offered_at = rows.instant(6);
            const auto trial = on_trial.find(all.back().code);
            if (trial != on_trial.end() && trial->second.version == all.back().version)
                all.back().trial = trial->second;
        }
        return all;
    });
}

}  // namespace bank::catalog::internal
