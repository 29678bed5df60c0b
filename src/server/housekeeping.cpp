// SPDX-License-Identifier: Apache-2.0
#include <server/housekeeping.h>

#include <bank/audit/signed_head.h>
#include <bank/audit/trail.h>
#include <bank/authentication/schema.h>
#include <platform/log/log.h>

namespace server {

namespace sql = platform::sql;

namespace {

constexpr int utc_offset_minutes = 8 * 60;
constexpr std::int64_t hour_seconds = 3600;
constexpr std::int64_t day_seconds = 24 * hour_seconds;
constexpr std::int64_t archive_days = 35;  // How far back `restore --to` reaches.
constexpr std::int64_t event_days = 30;    // Pages that were away catch up from the events.
constexpr int rows_at_once = 500;          // So that nobody waits behind a removal.

/// Calls `remove` in units of work of its own until it has nothing more to do.
template <class Remove>
void remove_all(sql::Book& book, Remove remove)
{
    for (bool more = true; more;) {
        const auto removed =
            book.write([&](sql::Transaction& transaction) -> base::Result<std::int64_t> {
                return std::int64_t{remove(transaction)};
            });
        more = removed && removed.value() >= rows_at_once;
    }
}

}  // namespace

void Housekeeping::run(std::span<const std::unique_ptr<Institution>> institutions)
{
    const auto now = house_.clock.now();
    const auto today = base::local_date(now, utc_offset_minutes);
    if (heads_signed_ != today) {
        sign_head(*house_.book, "house");
        for (const auto& one : institutions) sign_head(one->book(), one->facts().code);
        heads_signed_ = today;
    }
    if (!removed_ || base::after_seconds(*removed_, hour_seconds) <= now) {
        removed_ = now;
        remove_expired(institutions);
    }
}

void Housekeeping::sign_head(sql::Book& book, const std::string& name)
{
    const auto head =
        book.read([](sql::Snapshot& snapshot) { return bank::audit::head(snapshot); });
    if (head.sequence == 0) return;
    const auto folder = house_.settings.data_folder / "audit-heads";
    std::filesystem::create_directories(folder);
    bank::audit::append_line(
        folder / (name + ".jsonl"),
        bank::audit::sign_head(head, book.number(), *house_.keyring, house_.clock.now()));
}

void Housekeeping::remove_expired(std::span<const std::unique_ptr<Institution>> institutions)
{
    const auto now = house_.clock.now();
    remove_all(*house_.book, [&](sql::Transaction& transaction) {
        return bank::authentication::purge_house(transaction, now, rows_at_once);
    });
    house_.book->forget_archive(base::after_seconds(now, -archive_days * day_seconds));
    for (const auto& one : institutions) {
        remove_all(one->book(), [&](sql::Transaction& transaction) {
            return bank::authentication::purge_institution(transaction, now, rows_at_once);
        });
        remove_all(one->book(), [&](sql::Transaction& transaction) {
            return one->outbox().purge(
                transaction, base::after_seconds(now, -event_days * day_seconds), rows_at_once);
        });
        if (const int files = one->evidence().sweep(one->book(), now); files > 0) {
            platform::log::info("evidence.swept",
                                {{"institution", one->facts().code}, {"files", files}});
        }
        one->book().forget_archive(base::after_seconds(now, -archive_days * day_seconds));
    }
}

}  // namespace server
