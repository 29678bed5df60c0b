// SPDX-License-Identifier: Apache-2.0
// pain.001.001.03 and .09: CustomerCreditTransferInitiation, read as it streams by.
#include <bank/batch/internal/columns.h>
#include <bank/batch/internal/readers.h>
#include <base/clock.h>
#include <platform/xml/stream.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

namespace bank::batch::internal {

namespace {

using base::Result;
using platform::xml::Element;

constexpr std::string_view namespace_head = "urn:iso:std:iso:20022:tech:xsd:";
constexpr int many = 1'000'000'000;

/// A child that an element may have, in the order of the schema.
struct Child {
    std::string_view name;
    int least;
    int most;
};

/// The elements that are looked into; what is below others is left to their receivers.
struct Rule {
    std::string_view path;  // Below Document.
    std::span<const Child> children;
};

constexpr Child of_document[] = {{"CstmrCdtTrfInitn", 1, 1}};
constexpr Child of_message[] = {{"GrpHdr", 1, 1}, {"PmtInf", 1, many}, {"SplmtryData", 0, many}};
constexpr Child of_header[] = {{"MsgId", 1, 1},   {"CreDtTm", 1, 1}, {"Authstn", 0, 2},
                               {"NbOfTxs", 1, 1}, {"CtrlSum", 0, 1}, {"InitgPty", 1, 1},
                               {"FwdgAgt", 0, 1}, {"InitnSrc", 0, 1}};
constexpr Child of_group[] = {
    {"PmtInfId", 1, 1},        {"PmtMtd", 1, 1},          {"BtchBookg", 0, 1},
    {"NbOfTxs", 0, 1},         {"CtrlSum", 0, 1},         {"PmtTpInf", 0, 1},
    {"ReqdExctnDt", 1, 1},     {"PoolgAdjstmntDt", 0, 1}, {"Dbtr", 1, 1},
    {"DbtrAcct", 1, 1},        {"DbtrAgt", 1, 1},         {"DbtrAgtAcct", 0, 1},
    {"InstrForDbtrAgt", 0, 1}, {"UltmtDbtr", 0, 1},       {"ChrgBr", 0, 1},
    {"ChrgsAcct", 0, 1},       {"ChrgsAcctAgt", 0, 1},    {"CdtTrfTxInf", 1, many}};
constexpr Child of_payment[] = {{"PmtId", 1, 1},
                                {"PmtTpInf", 0, 1},
                                {"Amt", 1, 1},
                                {"XchgRateInf", 0, 1},
                                {"ChrgBr", 0, 1},
                                {"ChqInstr", 0, 1},
                                {"UltmtDbtr", 0, 1},
                                {"IntrmyAgt1", 0, 1},
                                {"IntrmyAgt1Acct", 0, 1},
                                {"IntrmyAgt2", 0, 1},
                                {"IntrmyAgt2Acct", 0, 1},
                                {"IntrmyAgt3", 0, 1},
                                {"IntrmyAgt3Acct", 0, 1},
                                {"CdtrAgt", 0, 1},
                                {"CdtrAgtAcct", 0, 1},
                                {"Cdtr", 0, 1},
                                {"CdtrAcct", 0, 1},
                                {"UltmtCdtr", 0, 1},
                                {"InstrForCdtrAgt", 0, many},
                                {"InstrForDbtrAgt", 0, 1},
                                {"Purp", 0, 1},
                                {"RgltryRptg", 0, 10},
                                {"Tax", 0, 1},
                                {"RltdRmtInf", 0, 10},
                                {"RmtInf", 0, 1},
                                {"SplmtryData", 0, many}};
constexpr Child of_payment_id[] = {{"InstrId", 0, 1}, {"EndToEndId", 1, 1}, {"UETR", 0, 1}};
constexpr Child of_amount[] = {{"InstdAmt", 1, 1}};
constexpr Child of_party[] = {
    {"Nm", 0, 1}, {"PstlAdr", 0, 1}, {"Id", 0, 1}, {"CtryOfRes", 0, 1}, {"CtctDtls", 0, 1}};
constexpr Child of_account[] = {
    {"Id", 1, 1}, {"Tp", 0, 1}, {"Ccy", 0, 1}, {"Nm", 0, 1}, {"Prxy", 0, 1}};
constexpr Child of_account_id[] = {{"IBAN", 0, 1}, {"Othr", 0, 1}};
constexpr Child of_other_id[] = {{"Id", 1, 1}, {"SchmeNm", 0, 1}, {"Issr", 0, 1}};
constexpr Child of_remittance[] = {{"Ustrd", 0, many}, {"Strd", 0, many}};

constexpr Rule rules[] = {{"", of_document},
                          {"/CstmrCdtTrfInitn", of_message},
                          {"/CstmrCdtTrfInitn/GrpHdr", of_header},
                          {"/CstmrCdtTrfInitn/PmtInf", of_group},
                          {"/CstmrCdtTrfInitn/PmtInf/DbtrAcct", of_account},
                          {"/CstmrCdtTrfInitn/PmtInf/DbtrAcct/Id", of_account_id},
                          {"/CstmrCdtTrfInitn/PmtInf/DbtrAcct/Id/Othr", of_other_id},
                          {"/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf", of_payment},
                          {"/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/PmtId", of_payment_id},
                          {"/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Amt", of_amount},
                          {"/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Cdtr", of_party},
                          {"/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/CdtrAcct", of_account},
                          {"/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/CdtrAcct/Id", of_account_id},
                          {"/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/CdtrAcct/Id/Othr", of_other_id},
                          {"/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/RmtInf", of_remittance}};

const Rule* rule_of(std::string_view path)
{
    const auto* found = std::ranges::find(rules, path, &Rule::path);
    return found == std::end(rules) ? nullptr : found;
}

/// ISO 20022 amounts have at most five fraction digits; sums are kept in units of the fifth.
constexpr std::size_t sum_digits = 5;

std::optional<std::int64_t> scaled(std::string_view text)
{
    const auto point = text.find('.');
    std::string digits{text.substr(0, point)};
    std::string_view fraction =
        point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
    if (fraction.size() > sum_digits || digits.size() + fraction.size() == 0) return std::nullopt;
    digits += fraction;
    digits.append(sum_digits - fraction.size(), '0');
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits.front() == '-') {
        return std::nullopt;
    }
    return value;
}

/// How many there are and what they add up to, as announced and as found.
struct Control {
    std::optional<std::int64_t> announced;
    std::optional<std::int64_t> announced_sum;
    std::int64_t count = 0;
    std::int64_t sum = 0;
    bool sum_known = true;  // No payment has a fault.
};

class PainReader final : public platform::xml::StreamHandler {
public:
    PainReader(Roster& roster, const RosterLimits& limits) : roster_(roster), limits_(limits) {}

    void reads(const platform::xml::Stream& stream) { stream_ = &stream; }

    Result<void> begin(const Element& element) override
    {
        if (levels_.empty()) return begin_document(element);
        if (element.namespace_uri != namespace_) {
            if (levels_.back().rule != nullptr) {
                TRY(amiss("the element " + std::string{element.name} + " is not of the message"));
                levels_.push_back({nullptr, 0, 0});
                path_ += "/?";
                return {};
            }
        }
        Level& parent = levels_.back();
        if (parent.rule != nullptr) TRY(take_place(parent, element.name));
        path_ += '/';
        path_ += element.name;
        levels_.push_back({parent.rule == nullptr ? nullptr : rule_of(path_), 0, 0});
        text_.clear();
        if (path_ == in_payment("")) {
            if (roster_.rows.size() == limits_.lines) return too_many_lines(limits_);
            row_ = {};
            row_.place = static_cast<int>(roster_.rows.size()) + 1;
            row_.group = group_id_;
            in_row_ = true;
        } else if (path_ == in_group("")) {
            group_ = {};
        } else if (path_ == in_payment("/Amt/InstdAmt")) {
            row_.currency = element.attribute("Ccy");
            if (row_.currency.size() != 3) return amiss("InstdAmt needs a currency (Ccy)");
        }
        return {};
    }

    Result<void> text(std::string_view piece) override
    {
        if (text_.size() + piece.size() > longest_text) return fault("an element is too long");
        text_ += piece;
        return {};
    }

    Result<void> end(std::string_view) override
    {
        const Level level = levels_.back();
        if (level.rule != nullptr) TRY(complete(level));
        TRY(take_value());
        levels_.pop_back();
        if (!levels_.empty() && path_.find('/') != std::string::npos) {
            path_.resize(path_.rfind('/'));
        }
        text_.clear();
        return {};
    }

private:
    struct Level {
        const Rule* rule;  // None: not looked into.
        std::size_t place = 0;
        int times = 0;
    };

    static constexpr std::size_t longest_text = 64 * 1024;
    static constexpr std::size_t most_faults = 5;  // Of a payment.

    static std::string in_group(std::string_view rest)
    {
        return "/CstmrCdtTrfInitn/PmtInf" + std::string{rest};
    }
    static std::string in_payment(std::string_view rest)
    {
        return in_group("/CdtTrfTxInf") + std::string{rest};
    }

    std::string placed(const std::string& what) const
    {
        return "line " + std::to_string(stream_->line()) + ": " + what;
    }

    base::Error fault(const std::string& what) const
    {
        return base::invalid("batch.pain_schema", placed(what));
    }

    /// Within a payment the fault stands with it, and the others go on; else it refuses the file.
    Result<void> amiss(const std::string& what)
    {
        if (!in_row_) return fault(what);
        group_.sum_known = message_.sum_known = false;
        if (row_.faults.size() < most_faults) {
            row_.faults.push_back({"batch.pain_schema", placed(what)});
        }
        return {};
    }

    Result<void> begin_document(const Element& element)
    {
        const auto uri = element.namespace_uri;
        if (element.name != "Document" || !uri.starts_with(namespace_head)) {
            return base::invalid("batch.format_unknown", "this XML is no pain.001 message");
        }
        const auto version = uri.substr(namespace_head.size());
        if (version != "pain.001.001.03" && version != "pain.001.001.09") {
            return base::invalid("batch.pain_version",
                                 "of pain.001 the versions 001.03 and 001.09 are read");
        }
        namespace_ = uri;
        levels_.push_back({rule_of(""), 0, 0});
        return {};
    }

    /// Holds a child to the order and the numbers of its parent's rule.
    Result<void> take_place(Level& parent, std::string_view name)
    {
        const auto& children = parent.rule->children;
        const auto found = std::ranges::find(children.subspan(parent.place), name, &Child::name);
        if (found == children.end()) return amiss(std::string{name} + " has no place here");
        const auto at = static_cast<std::size_t>(found - children.begin());
        for (; parent.place < at; ++parent.place, parent.times = 0) {
            if (parent.times < children[parent.place].least) {
                TRY(amiss(std::string{children[parent.place].name} + " is missing before " +
                          std::string{name}));
            }
        }
        if (++parent.times > found->most) return amiss(std::string{name} + " stands too often");
        return {};
    }

    Result<void> complete(const Level& level)
    {
        const auto& children = level.rule->children;
        for (std::size_t place = level.place; place < children.size(); ++place) {
            const int times = place == level.place ? level.times : 0;
            if (times < children[place].least) {
                TRY(amiss(std::string{children[place].name} + " is missing"));
            }
        }
        return {};
    }

    Result<void> up_to(std::size_t most)
    {
        const auto length = static_cast<std::size_t>(std::ranges::count_if(
            text_, [](char c) { return (static_cast<unsigned>(c) & 0xC0U) != 0x80; }));
        if (length == 0 || length > most) {
            return amiss(path_.substr(path_.rfind('/') + 1) + " has 1 to " + std::to_string(most) +
                         " characters");
        }
        return {};
    }

    Result<std::int64_t> count_of() const
    {
        std::int64_t count = 0;
        const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), count);
        if (text_.size() > 15 || error != std::errc{} || end != text_.data() + text_.size() ||
            count < 0) {
            return fault("NbOfTxs is a number of up to 15 digits");
        }
        return count;
    }

    Result<std::int64_t> sum_of() const
    {
        const auto sum = scaled(text_);
        if (!sum || text_.size() > 19) return fault("CtrlSum is a decimal number");
        return *sum;
    }

    /// What an element that has just ended says.
    Result<void> take_value()
    {
        const std::string_view path = path_;
        if (path.empty()) return {};
        if (path.starts_with("/CstmrCdtTrfInitn/GrpHdr/")) return take_header(path.substr(25));
        if (path == "/CstmrCdtTrfInitn") return check(message_);
        const std::string group = in_group("");
        if (!path.starts_with(group)) return {};
        const auto rest = path.substr(group.size());
        if (rest.empty()) return check(group_);
        if (rest.starts_with("/CdtTrfTxInf")) return take_payment(rest.substr(12));
        return take_group(rest);
    }

    Result<void> take_header(std::string_view name)
    {
        if (name == "MsgId") {
            TRY(up_to(35));
            roster_.message_id = text_;
        }
        if (name == "CreDtTm") {
            // ISODateTime may lack an offset; RFC 3339 does not.
            if (!base::parse_instant(text_) && !base::parse_instant(text_ + "Z")) {
                return fault("CreDtTm is a date with a time");
            }
        }
        if (name == "NbOfTxs") message_.announced = TRY(count_of());
        if (name == "CtrlSum") message_.announced_sum = TRY(sum_of());
        return {};
    }

    Result<void> take_group(std::string_view name)
    {
        if (name == "/PmtInfId") {
            TRY(up_to(35));
            group_id_ = text_;
        }
        if (name == "/PmtMtd" && text_ != "TRF") return fault("PmtMtd must be TRF here");
        if (name == "/NbOfTxs") group_.announced = TRY(count_of());
        if (name == "/CtrlSum") group_.announced_sum = TRY(sum_of());
        if ((name == "/ReqdExctnDt" && namespace_.ends_with(".03")) || name == "/ReqdExctnDt/Dt") {
            if (!base::parse_date(text_.substr(0, 10))) return fault("ReqdExctnDt is a date");
        }
        if (name == "/DbtrAcct/Id/Othr/Id" || name == "/DbtrAcct/Id/IBAN") {
            TRY(up_to(34));
            if (!roster_.debtor_account.empty() && roster_.debtor_account != text_) {
                return base::invalid("batch.pain_several_payers",
                                     "all payments of a file are from one account");
            }
            roster_.debtor_account = text_;
        }
        return {};
    }

    Result<void> take_payment(std::string_view name)
    {
        if (name == "/PmtId/EndToEndId") {
            TRY(up_to(35));
            row_.own_id = text_;
        } else if (name == "/Amt/InstdAmt") {
            row_.amount = text_;
            const auto amount = scaled(text_);
            if (!amount || text_.size() > 19) {
                return amiss("InstdAmt is a decimal number");
            }
            if (__builtin_add_overflow(group_.sum, *amount, &group_.sum) ||
                __builtin_add_overflow(message_.sum, *amount, &message_.sum)) {
                return fault("the amounts add up to too much");
            }
        } else if (name == "/Cdtr/Nm") {
            TRY(up_to(140));
            row_.name = trimmed(text_);
        } else if (name == "/CdtrAcct/Id/Othr/Id" || name == "/CdtrAcct/Id/IBAN") {
            TRY(up_to(34));
            row_.account = trimmed(text_);
        } else if (name == "/RmtInf/Ustrd") {
            TRY(up_to(140));
            row_.reference += (row_.reference.empty() ? "" : " ") + text_;
        } else if (name.empty()) {
            ++group_.count;
            ++message_.count;
            roster_.rows.push_back(std::move(row_));
            in_row_ = false;
        }
        return {};
    }

    static Result<void> check(const Control& control)
    {
        if (control.announced && *control.announced != control.count) {
            return base::invalid("batch.pain_count",
                                 "NbOfTxs says " + std::to_string(*control.announced) +
                                     ", there are " + std::to_string(control.count));
        }
        if (control.announced_sum && control.sum_known && *control.announced_sum != control.sum) {
            return base::invalid("batch.pain_sum", "the amounts do not add up to CtrlSum");
        }
        return {};
    }

    Roster& roster_;
    const RosterLimits& limits_;
    const platform::xml::Stream* stream_ = nullptr;
    std::string namespace_;
    std::vector<Level> levels_;
    std::string path_;  // Of the innermost element, below Document.
    std::string text_;
    Row row_;
    bool in_row_ = false;
    std::string group_id_;
    Control message_;
    Control group_;
};

}  // namespace

Result<Roster> read_pain(std::string_view file, const RosterLimits& limits)
{
    Roster roster{.format = Format::pain_001,
                  .encoding = "UTF-8",
                  .message_id = {},
                  .debtor_account = {},
                  .rows = {}};
    PainReader reader{roster, limits};
    platform::xml::Stream stream{reader, {.bytes = limits.bytes}};
    reader.reads(stream);
    TRY(stream.feed(file));
    TRY(stream.finish());
    return roster;
}

}  // namespace bank::batch::internal
