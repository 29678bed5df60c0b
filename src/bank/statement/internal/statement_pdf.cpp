// SPDX-License-Identifier: Apache-2.0
#include <bank/statement/internal/sheet.h>
#include <bank/statement/internal/words.h>
#include <bank/statement/writer.h>

namespace bank::statement {

namespace {

using internal::label;
using internal::Sheet;
using platform::pdf::Align;
using platform::pdf::Weight;

std::string signed_amount(const payment::Line& line)
{
    const bool incoming = line.direction == account::Direction::in;
    return (incoming ? "+" : "−") + internal::grouped(line.amount);
}

/// A row has one line of type; two where the type is large.
class StatementPdf final : public Writer {
public:
    explicit StatementPdf(const Head& head)
        : head_(head),
          document_(label("statement", head.language), head.bank,
                    head.language == "en" ? "en" : "zh-CN"),
          sheet_(document_, {head.number, head.code, head.verify_url, head.language}, head.large)
    {
        begin_page();
    }

    void add(std::span<const payment::Line> lines) override
    {
        for (const auto& line : lines) {
            if (y_ + row_height() > Sheet::bottom) begin_page();
            if (head_.large) {
                large_row(line);
            } else {
                row(line);
            }
            y_ += row_height();
            document_.rule(Sheet::left, y_ - 3, Sheet::width, 0.4, Sheet::line);
        }
    }

    std::string finish() override
    {
        if (y_ + row_height() > Sheet::bottom) begin_page();
        const auto words = label(head_.count == 0 ? "nothing" : "end", head_.language);
        document_.text({Sheet::left, y_ + 6, Sheet::width}, words,
                       {.size = sheet_.size(9), .align = Align::centre, .colour = Sheet::soft});
        return document_.finish();
    }

private:
    // Left edges and widths of the columns: date, kind, counterparty, purpose, amount, balance.
    static constexpr double column_x[] = {40, 102, 172, 250, 385, 470};
    static constexpr double column_width[] = {58, 66, 74, 131, 81, 85};

    double row_height() const { return head_.large ? 44 : 17; }

    void begin_page()
    {
        const bool first = first_page_;
        first_page_ = false;
        y_ = sheet_.begin_page(head_.bank, label("statement", head_.language));
        if (first) facts();
        if (head_.large) return;
        constexpr std::string_view names[] = {"date",    "kind",   "counterparty",
                                              "purpose", "amount", "balance"};
        for (std::size_t i = 0; i < std::size(names); ++i) {
            document_.text({column_x[i], y_, column_width[i]}, label(names[i], head_.language),
                           {.size = 8.5,
                            .weight = Weight::bold,
                            .align = i < 4 ? Align::left : Align::right,
                            .colour = Sheet::soft});
        }
        y_ += 15;
        document_.rule(Sheet::left, y_, Sheet::width, 0.8, Sheet::celadon);
        y_ += 5;
    }

    void facts()
    {
        const auto& language = head_.language;
        const auto money = [&](base::Money amount) {
            return internal::grouped(amount) + " " + std::string{amount.currency.code};
        };
        struct Fact {
            std::string_view name;
            std::string value;
            bool strong = false;
        };
        const Fact facts[] = {
            {"holder", head_.holder, true},
            {"opening", money(head_.opening)},
            {"account", internal::in_fours(head_.account_number)},
            {"total_in", "+" + money(head_.in)},
            {"period", base::to_string(head_.first) + " " + std::string{label("to", language)} +
                           " " + base::to_string(head_.last)},
            {"total_out", "−" + money(head_.out)},
            {"entries", std::to_string(head_.count)},
            {"closing", money(head_.closing), true},
            {"made", internal::local_time(head_.made_at, head_.utc_offset_minutes)},
        };
        bool second = false;
        for (const Fact& fact : facts) {
            const double half = head_.large ? Sheet::width : Sheet::width / 2;
            const double height = sheet_.fact(Sheet::left + (second ? half : 0), y_, half - 8,
                                              label(fact.name, language), fact.value, fact.strong);
            if (second || head_.large) y_ += height;
            second = !second && !head_.large;
        }
        y_ += sheet_.size(9) * (second ? 3.2 : 1.4);
    }

    void row(const payment::Line& line)
    {
        const auto cell = [&](std::size_t column, const std::string& text, Weight weight) {
            document_.text(
                {column_x[column], y_, column_width[column]}, text,
                {.size = 8.5, .weight = weight, .align = column < 4 ? Align::left : Align::right});
        };
        cell(0, base::to_string(line.business_date), Weight::regular);
        cell(1, std::string{internal::kind_label(line.kind, head_.language)}, Weight::regular);
        cell(2, line.counterparty, Weight::regular);
        cell(3, line.purpose, Weight::regular);
        cell(4, signed_amount(line), Weight::bold);
        cell(5, internal::grouped(line.balance), Weight::regular);
    }

    void large_row(const payment::Line& line)
    {
        constexpr double half = Sheet::width / 2;
        const std::string kind{internal::kind_label(line.kind, head_.language)};
        const std::string with =
            line.counterparty.empty() ? line.purpose : line.counterparty + " " + line.purpose;
        document_.text({Sheet::left, y_, half}, base::to_string(line.business_date) + "  " + kind,
                       {.size = 14});
        document_.text({Sheet::left + half, y_, half}, signed_amount(line),
                       {.size = 14, .weight = Weight::bold, .align = Align::right});
        document_.text({Sheet::left, y_ + 20, half}, with, {.size = 13, .colour = Sheet::soft});
        document_.text(
            {Sheet::left + half, y_ + 20, half},
            std::string{label("balance", head_.language)} + " " + internal::grouped(line.balance),
            {.size = 13, .align = Align::right, .colour = Sheet::soft});
    }

    const Head head_;
    platform::pdf::Document document_;
    Sheet sheet_;
    bool first_page_ = true;
    double y_ = 0;
};

}  // namespace

std::unique_ptr<Writer> pdf_writer(const Head& head)
{
    return std::make_unique<StatementPdf>(head);
}

}  // namespace bank::statement
