// SPDX-License-Identifier: Apache-2.0
#include <bank/spending/spending.h>

#include <platform/json/value.h>

#include <algorithm>

namespace bank::spending {

using base::Result;
using platform::json::Array;
using platform::json::Object;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr platform::sql::Migration steps[] = {{"spending", 1, R"sql(
create table spending_account(
  account bigint primary key,
  through bigint not null,
  sealed bytea not null);
)sql"}};

constexpr std::size_t movements_a_read = 500;
constexpr std::size_t most_looked_at = 5000;

base::Date first_day_of(Month month)
{
    return base::make_date(month.number / 12, month.number % 12 + 1, 1).value();
}

Array sum_shape(const Sum& sum)
{
    return Array{sum.minor_units, sum.count};
}

Sum read_sum(const platform::json::Value& value)
{
    const auto* items = value.array();
    if (items == nullptr || items->size() != 2) return {};
    return {(*items)[0].integer_or(0), (*items)[1].integer_or(0)};
}

EntryId read_entry(const platform::json::Value& value)
{
    const auto id = base::parse_id<EntryId>(value.text_or());
    return id ? id.value() : EntryId{};
}

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return steps;
}

Month month_of(base::Date date)
{
    const auto day = base::civil(date);
    return {day.year * 12 + day.month - 1};
}

std::string to_string(Month month)
{
    return base::to_string(first_day_of(month)).substr(0, 7);
}

Result<Month> parse_month(std::string_view text)
{
    return month_of(TRY(base::parse_date(std::string{text} + "-01")));
}

/// What is kept of an account.
struct Spending::Kept {
    EntryId through;
    std::map<Month, MonthFigures> months;
    bool fresh = false;  // Holds what is not kept yet.

    std::string text(const std::string& rules) const
    {
        Object shaped;
        for (const auto& [month, figures] : months) {
            Object categories;
            for (const auto& [code, sum] : figures.categories) categories.set(code, sum_shape(sum));
            shaped.set(to_string(month), Object{{"in", sum_shape(figures.in)},
                                                {"out", sum_shape(figures.out)},
                                                {"after", base::to_string(figures.after)},
                                                {"categories", std::move(categories)}});
        }
        return platform::json::serialise(Object{{"rules", rules},
                                                {"through", base::to_string(through)},
                                                {"months", std::move(shaped)}});
    }

    /// Nothing where it was made by other rules or cannot be read.
    static Kept read(const std::string& text, const std::string& rules)
    {
        const auto parsed = platform::json::parse(text);
        if (!parsed || parsed.value()["rules"].text_or() != rules) return {};
        Kept kept{read_entry(parsed.value()["through"]), {}, false};
        const auto* months = parsed.value()["months"].object();
        if (months == nullptr) return {};
        for (const auto& [name, value] : *months) {
            const auto month = parse_month(name);
            if (!month) return {};
            MonthFigures& figures = kept.months[month.value()];
            figures.in = read_sum(value["in"]);
            figures.out = read_sum(value["out"]);
            figures.after = read_entry(value["after"]);
            if (const auto* categories = value["categories"].object()) {
                for (const auto& [code, sum] : *categories)
                    figures.categories[std::string{code}] = read_sum(sum);
            }
        }
        return kept;
    }
};

/// Tells the category of movements of one account; remembers who is behind the others.
class Spending::Reader {
public:
    Reader(Snapshot& snapshot, const Parts& parts, const Rules& rules, CustomerId owner)
        : snapshot_(snapshot), parts_(parts), rules_(rules), owner_(owner)
    {
    }

    bool is_own(const ledger::Movement& movement) { return other_of(movement).holder == owner_; }

    std::size_t category_of(const ledger::Movement& movement)
    {
        const Other& other = other_of(movement);
        const std::string purpose =
            movement.details.empty() || movement.side == ledger::Side::credit
                ? std::string{}
                : parts_.people.unseal(snapshot_, owner_, movement.details);
        return rules_.category_of({movement.kind, other.name, purpose, other.holder == owner_});
    }

private:
    struct Other {
        CustomerId holder;
        std::string name;
    };

    const Other& other_of(const ledger::Movement& movement)
    {
        const auto [it, fresh] = others_.try_emplace(movement.other);
        if (!fresh) return it->second;
        if (const auto account = parts_.accounts.account(snapshot_, movement.other)) {
            it->second = {account.value().holder,
                          parts_.people.name(snapshot_, account.value().holder)};
        }
        return it->second;
    }

    Snapshot& snapshot_;
    const Parts& parts_;
    const Rules& rules_;
    const CustomerId owner_;
    std::map<AccountId, Other> others_;
};

Result<Spending::Kept> Spending::bring_up(Snapshot& snapshot, CustomerId owner, AccountId account)
{
    const auto own = TRY(parts_.accounts.account(snapshot, account));
    if (own.holder != owner) return base::not_found("account.unknown", "there is no such account");
    Kept kept;
    {
        auto rows =
            snapshot.query("select sealed from spending_account where account = ?", account);
        if (rows.next()) {
            const auto sealed = rows.blob(0);
            kept = Kept::read(
                parts_.people.unseal(snapshot, owner,
                                     {reinterpret_cast<const char*>(sealed.data()), sealed.size()}),
                rules_.version());
        }
    }
    const base::Date today = parts_.accounts.business_date(parts_.book.clock().now());
    const Month oldest{month_of(today).number - months_kept + 1};
    const base::Date recorded_since{first_day_of(oldest).days - ledger::effective_days_apart - 1};

    struct Seen {
        EntryId entry;
        Month month;
        bool own;
        bool in;
        std::size_t category;
        std::int64_t sum;
    };
    std::vector<Seen> seen;  // Newest first.
    Reader reader{snapshot, parts_, rules_, owner};
    EntryId before;
    for (bool on = true; on;) {
        const auto movements =
            TRY(parts_.accounts.ledger().history(snapshot, account, before, movements_a_read));
        for (const auto& movement : movements) {
            before = movement.entry;
            on = movement.entry > kept.through &&
                 base::local_date(movement.recorded_at, 0) >= recorded_since;
            if (!on) break;
            const bool counts =
                movement.amount.minor_units != 0 && month_of(movement.effective) >= oldest;
            const bool in = movement.side == ledger::Side::credit;
            seen.push_back({movement.entry, counts ? month_of(movement.effective) : Month{},
                            counts && reader.is_own(movement), in,
                            counts && !in ? reader.category_of(movement) : 0,
                            movement.amount.minor_units});
        }
        if (movements.size() < movements_a_read) on = false;
    }
    kept.fresh = !seen.empty();
    for (auto one = seen.rbegin(); one != seen.rend(); ++one) {
        kept.through = one->entry;
        for (auto& [month, figures] : kept.months) {
            if (!figures.after && month != one->month) figures.after = one->entry;
        }
        if (one->month == Month{}) continue;
        MonthFigures& figures = kept.months[one->month];
        figures.after = {};
        const auto count = [&](Sum& sum) {
            sum.minor_units += one->sum;
            ++sum.count;
        };
        if (!one->in) count(figures.categories[rules_.categories()[one->category].code]);
        if (!one->own) count(one->in ? figures.in : figures.out);
    }
    while (!kept.months.empty() && kept.months.begin()->first < oldest)
        kept.months.erase(kept.months.begin());
    return kept;
}

/// Kept soon, by nobody waiting; should it be lost, it is worked out again.
void Spending::keep(CustomerId owner, AccountId account, const Kept& kept)
{
    parts_.book.submit(
        [account, through = kept.through,
         sealed = parts_.people.seal(owner, kept.text(rules_.version()))](
            Transaction& transaction) -> Result<void> {
            transaction.execute(
                "insert into spending_account(account, through, sealed) values (?, ?, ?) on "
                "conflict (account) do update set through = excluded.through, sealed = "
                "excluded.sealed where spending_account.through <= excluded.through",
                account, through, std::as_bytes(std::span{sealed}));
            return {};
        },
        [](const Result<void>&) {});
}

Result<std::map<Month, MonthFigures>> Spending::months(CustomerId owner, AccountId account)
{
    auto found =
        parts_.book.read([&](Snapshot& snapshot) { return bring_up(snapshot, owner, account); });
    Kept kept = TRY(std::move(found));
    if (kept.fresh) keep(owner, account, kept);
    return std::move(kept.months);
}

Result<payment::Page> Spending::movements(CustomerId owner, AccountId account, Month month,
                                          std::string_view category, EntryId before,
                                          std::size_t limit)
{
    return parts_.book.read([&](Snapshot& snapshot) -> Result<payment::Page> {
        const auto kept = TRY(bring_up(snapshot, owner, account));
        payment::Page page;
        const auto figures = kept.months.find(month);
        if (figures == kept.months.end()) return page;
        if (!before) before = figures->second.after;
        const base::Date since{first_day_of(month).days - ledger::effective_days_apart - 1};
        Reader reader{snapshot, parts_, rules_, owner};
        payment::LineReader lines{snapshot, parts_.accounts, parts_.people, owner};
        for (std::size_t looked_at = 0; looked_at < most_looked_at;) {
            const auto movements =
                TRY(parts_.accounts.ledger().history(snapshot, account, before, movements_a_read));
            for (const auto& movement : movements) {
                ++looked_at;
                before = movement.entry;
                if (base::local_date(movement.recorded_at, 0) < since) return page;
                if (movement.amount.minor_units == 0 || movement.side == ledger::Side::credit ||
                    month_of(movement.effective) != month) {
                    continue;
                }
                const auto& code = rules_.categories()[reader.category_of(movement)].code;
                if (!category.empty() && code != category) continue;
                page.lines.push_back(lines.line_of(movement));
                if (page.lines.size() == limit) {
                    page.next = before;
                    return page;
                }
            }
            if (movements.size() < movements_a_read) return page;
        }
        page.next = before;
        return page;
    });
}

}  // namespace bank::spending
