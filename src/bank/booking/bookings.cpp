// SPDX-License-Identifier: Apache-2.0
#include <bank/booking/bookings.h>

namespace bank::booking {

using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr platform::sql::Migration booking_steps[] = {
    {"booking", 1,
     "create table booking("
     "  owner bigint primary key, kind text not null, place text not null, slot text not null,"
     "  number bigint not null, held bigint not null, taken_at bigint not null);"
     "create index booking_slot on booking(kind, place, slot, held)"},
};

std::int64_t one_number(platform::sql::Cursor rows)
{
    base::ensure(rows.next());
    return rows.integer(0);
}

/// What others hold of the slot.
std::int64_t others(Snapshot& snapshot, const Wish& wish)
{
    return one_number(snapshot.query(
        "select count(*) from booking where kind = ? and place = ? and slot = ? and held = 1"
        " and owner <> ?",
        wish.kind, wish.place, wish.slot, static_cast<std::int64_t>(wish.owner)));
}

void write(Transaction& transaction, const Wish& wish, std::int64_t number)
{
    transaction.execute(
        "insert into booking(owner, kind, place, slot, number, held, taken_at)"
        " values (?, ?, ?, ?, ?, 1, ?) on conflict (owner) do update set kind = excluded.kind,"
        " place = excluded.place, slot = excluded.slot, number = excluded.number, held = 1,"
        " taken_at = excluded.taken_at",
        static_cast<std::int64_t>(wish.owner), wish.kind, wish.place, wish.slot, number,
        transaction.now());
}

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return booking_steps;
}

base::Result<void> take(Transaction& transaction, const Wish& wish)
{
    base::ensure(wish.capacity >= 1);
    if (others(transaction, wish) >= wish.capacity) {
        return base::conflict("booking.full", "nothing is free at that time any more");
    }
    write(transaction, wish, 0);
    return {};
}

base::Result<Number> draw(Transaction& transaction, const Wish& wish)
{
    auto own = transaction.query(
        "select number from booking where owner = ? and kind = ? and place = ? and slot = ?"
        " and held = 1",
        static_cast<std::int64_t>(wish.owner), wish.kind, wish.place, wish.slot);
    std::int64_t number = own.next() ? own.integer(0) : 0;
    if (number == 0) {
        number = 1 + one_number(transaction.query(
                         "select coalesce(max(number), 0) from booking where kind = ? and place = ?"
                         " and slot = ?",
                         wish.kind, wish.place, wish.slot));
        if (number > wish.capacity) {
            return base::conflict("booking.full", "no more numbers are given out today");
        }
        write(transaction, wish, number);
    }
    const std::int64_t ahead = one_number(transaction.query(
        "select count(*) from booking where kind = ? and place = ? and slot = ? and held = 1"
        " and number < ?",
        wish.kind, wish.place, wish.slot, number));
    return Number{number, ahead};
}

void release(Transaction& transaction, std::uint64_t owner)
{
    transaction.execute("update booking set held = 0 where owner = ? and held = 1",
                        static_cast<std::int64_t>(owner));
}

std::int64_t taken(Snapshot& snapshot, std::string_view kind, std::string_view place,
                   std::string_view slot)
{
    return one_number(snapshot.query(
        "select count(*) from booking where kind = ? and place = ? and slot = ? and held = 1", kind,
        place, slot));
}

}  // namespace bank::booking
