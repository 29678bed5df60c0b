// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/packing.h>

namespace bank::ledger::internal {

namespace {

constexpr unsigned credit_bit = 1;
constexpr unsigned counted_bit = 2;
constexpr unsigned turnover_bit = 4;

class Writer {
public:
    explicit Writer(std::vector<std::byte>& into) : into_(into) {}

    void byte(unsigned value) { into_.push_back(static_cast<std::byte>(value)); }
    void fixed(std::uint64_t value)
    {
        for (int shift = 56; shift >= 0; shift -= 8) byte((value >> shift) & 0xffU);
    }
    void number(std::uint64_t value)
    {
        for (; value >= 0x80; value >>= 7) byte((value & 0x7fU) | 0x80U);
        byte(static_cast<unsigned>(value));
    }
    void number(std::int64_t value) { number(static_cast<std::uint64_t>(value)); }
    void either_sign(std::int64_t value)
    {
        number((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
    }

private:
    std::vector<std::byte>& into_;
};

class Reader {
public:
    explicit Reader(platform::sql::Bytes bytes) : bytes_(bytes) {}

    bool good() const { return good_; }
    bool done() const { return at_ == bytes_.size(); }
    unsigned byte()
    {
        if (at_ == bytes_.size()) {
            good_ = false;
            return 0;
        }
        return std::to_integer<unsigned>(bytes_[at_++]);
    }
    std::uint64_t fixed()
    {
        std::uint64_t value = 0;
        for (int i = 0; i < 8; ++i) value = value << 8 | byte();
        return value;
    }
    std::uint64_t number()
    {
        // Most are of one byte.
        if (at_ < bytes_.size() && std::to_integer<unsigned>(bytes_[at_]) < 0x80) return byte();
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const unsigned next = byte();
            value |= static_cast<std::uint64_t>(next & 0x7fU) << shift;
            if ((next & 0x80U) == 0) return value;
        }
        good_ = false;
        return 0;
    }
    std::int64_t amount() { return static_cast<std::int64_t>(number()); }
    std::int64_t either_sign()
    {
        const std::uint64_t value = number();
        return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
    }

private:
    platform::sql::Bytes bytes_;
    std::size_t at_ = 0;
    bool good_ = true;
};

JournalLeg read_leg(EntryId id, Reader& reader)
{
    JournalLeg leg{};
    leg.account = AccountId{reader.fixed()};
    const unsigned bits = reader.byte();
    leg.side = (bits & credit_bit) != 0 ? Side::credit : Side::debit;
    leg.counting = (bits & counted_bit) != 0 ? Counting::counted : Counting::uncounted;
    leg.posted = reader.amount();
    leg.pending = reader.either_sign();
    leg.sequence = reader.amount();
    const std::uint64_t back = reader.number();
    leg.previous = back == 0 ? EntryId{} : EntryId{id.value - back};
    leg.counters.debits_posted = reader.amount();
    leg.counters.credits_posted = reader.amount();
    leg.counters.debits_pending = reader.amount();
    leg.counters.credits_pending = reader.amount();
    if ((bits & turnover_bit) != 0) {
        leg.turnover.day.days = static_cast<std::int32_t>(reader.either_sign());
        leg.turnover.debits_day = reader.amount();
        leg.turnover.debits_year = reader.amount();
        leg.turnover.credits_day = reader.amount();
        leg.turnover.credits_year = reader.amount();
    }
    return leg;
}

}  // namespace

void pack_legs(EntryId id, std::span<const JournalLeg> legs, std::vector<std::byte>& into)
{
    into.clear();
    Writer writer{into};
    writer.number(std::uint64_t{legs.size()});
    for (const JournalLeg& leg : legs) {
        writer.fixed(leg.account.value);
        const bool with_turnover = leg.turnover != Turnover{};
        writer.byte((leg.side == Side::credit ? credit_bit : 0) |
                    (leg.counting == Counting::counted ? counted_bit : 0) |
                    (with_turnover ? turnover_bit : 0));
        writer.number(leg.posted);
        writer.either_sign(leg.pending);
        writer.number(leg.sequence);
        writer.number(leg.previous ? id.value - leg.previous.value : std::uint64_t{0});
        writer.number(leg.counters.debits_posted);
        writer.number(leg.counters.credits_posted);
        writer.number(leg.counters.debits_pending);
        writer.number(leg.counters.credits_pending);
        if (with_turnover) {
            writer.either_sign(leg.turnover.day.days);
            writer.number(leg.turnover.debits_day);
            writer.number(leg.turnover.debits_year);
            writer.number(leg.turnover.credits_day);
            writer.number(leg.turnover.credits_year);
        }
    }
}

bool unpack_legs(EntryId id, platform::sql::Bytes bytes, std::vector<JournalLeg>& into)
{
    into.clear();
    Reader reader{bytes};
    const std::uint64_t count = reader.number();
    if (count > max_legs) return false;
    while (reader.good() && into.size() < count) into.push_back(read_leg(id, reader));
    return reader.good() && reader.done();
}

}  // namespace bank::ledger::internal
