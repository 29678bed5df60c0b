// SPDX-License-Identifier: Apache-2.0
#include <bank/voucher/internal/asked.h>

#include <limits>
#include <utility>

namespace bank::voucher::internal {

std::size_t Asked::place_of(std::uint64_t person) const
{
    // Ids of people born together differ in a few low bits only: a multiplication spreads them.
    const std::size_t mask = persons_.size() - 1;
    std::size_t place = (person * 0x9E3779B97F4A7C15ULL >> 20) & mask;
    while (persons_[place] != 0 && persons_[place] != person) place = (place + 1) & mask;
    return place;
}

std::uint32_t Asked::number_of(std::uint64_t person) const
{
    const std::size_t place = place_of(person);
    return persons_[place] == person ? numbers_[place] : 0;
}

void Asked::add(std::uint64_t person, std::uint32_t number)
{
    if ((used_ + 1) * 3 > persons_.size() * 2) {
        rebuild(persons_.size() * 2, std::numeric_limits<std::uint32_t>::max());
    }
    const std::size_t place = place_of(person);
    persons_[place] = person;
    numbers_[place] = number;
    ++used_;
}

void Asked::forget_above(std::uint32_t number)
{
    rebuild(persons_.size(), number);
}

void Asked::rebuild(std::size_t places, std::uint32_t most)
{
    const auto persons = std::exchange(persons_, std::vector<std::uint64_t>(places));
    const auto numbers = std::exchange(numbers_, std::vector<std::uint32_t>(places));
    used_ = 0;
    for (std::size_t i = 0; i < persons.size(); ++i) {
        if (persons[i] == 0 || numbers[i] > most) continue;
        const std::size_t place = place_of(persons[i]);
        persons_[place] = persons[i];
        numbers_[place] = numbers[i];
        ++used_;
    }
}

}  // namespace bank::voucher::internal
