// SPDX-License-Identifier: Apache-2.0
#include <bank/paycode/code.h>

#include <platform/crypto/encoding.h>

#include <cstdio>
#include <map>

namespace bank::paycode {

using base::Result;

namespace {

// Data objects of EMVCo's specification, section 3.3, and within templates.
constexpr std::string_view format_indicator = "00";
constexpr std::string_view initiation = "01";  // "11" static, "12" dynamic.
constexpr std::string_view account_template = "26";
constexpr std::string_view category = "52";
constexpr std::string_view currency_number = "53";
constexpr std::string_view amount_tag = "54";
constexpr std::string_view country = "58";
constexpr std::string_view merchant_name = "59";
constexpr std::string_view merchant_city = "60";
constexpr std::string_view purpose_template = "80";  // Unreserved templates: 80 to 99.
constexpr std::string_view validity_template = "81";
constexpr std::string_view crc_head = "6304";
constexpr std::string_view in_template_issuer = "00";
constexpr std::string_view in_template_first = "01";
constexpr std::string_view in_template_second = "02";

constexpr std::size_t longest_code = 512;
constexpr std::size_t signature_bytes = 10;
constexpr std::int64_t micros_per_minute = 60 * base::micros_per_second;

using Objects = std::map<std::string, std::string, std::less<>>;

std::string object(std::string_view tag, std::string_view value)
{
    base::ensure(value.size() <= 99);
    const std::string length = std::to_string(value.size());
    return std::string{tag} + (length.size() < 2 ? "0" : "") + length + std::string{value};
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// The objects of a code or a template, each once.
std::optional<Objects> read_objects(std::string_view text)
{
    Objects objects;
    while (!text.empty()) {
        if (text.size() < 4 || !is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[2]) ||
            !is_digit(text[3])) {
            return std::nullopt;
        }
        const auto length = static_cast<std::size_t>((text[2] - '0') * 10 + (text[3] - '0'));
        if (text.size() < 4 + length) return std::nullopt;
        const auto [it, fresh] =
            objects.emplace(std::string{text.substr(0, 2)}, std::string{text.substr(4, length)});
        if (!fresh) return std::nullopt;
        text.remove_prefix(4 + length);
    }
    return objects;
}

/// CRC-16/CCITT-FALSE (ISO/IEC 13239, polynomial 1021, begun with FFFF), as four capital digits.
std::string crc_of(std::string_view text)
{
    unsigned crc = 0xFFFF;
    for (const char c : text) {
        crc ^= static_cast<unsigned>(static_cast<unsigned char>(c)) << 8U;
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc & 0x8000U) != 0 ? (crc << 1U) ^ 0x1021U : crc << 1U;
        }
        crc &= 0xFFFFU;
    }
    char digits[5];
    std::snprintf(digits, sizeof digits, "%04X", crc);
    return digits;
}

std::string signature_of(const Issuer& issuer, std::string_view signed_text)
{
    platform::crypto::Bytes message;
    for (const std::string_view part : {std::string_view{"paycode"}, signed_text}) {
        platform::crypto::append_framed(message, platform::crypto::as_bytes(part));
    }
    const auto digest = issuer.key.code256(message);
    return platform::crypto::to_base32(platform::crypto::ByteView{digest.data(), signature_bytes});
}

std::string ascii_of(std::string_view text, std::size_t most)
{
    std::string made;
    for (const char c : text) {
        if (c >= 0x20 && c < 0x7F && made.size() < most) made += c;
    }
    return made.empty() ? "-" : made;
}

std::string value_of(const Objects& objects, std::string_view tag)
{
    const auto found = objects.find(tag);
    return found == objects.end() ? std::string{} : found->second;
}

Result<void> check_validity(const Issuer& issuer, const Objects& objects, std::string_view text,
                            base::Instant now, Code& code)
{
    const auto found = objects.find(validity_template);
    if (found == objects.end()) {
        if (value_of(objects, initiation) != "12") return {};
        return base::rejected("paycode.forged", "a code that ends is signed by the bank");
    }
    const auto validity = read_objects(found->second);
    const auto forged = [] {
        return base::rejected("paycode.forged", "the bank has not signed this code");
    };
    if (!validity || value_of(*validity, in_template_issuer) != issuer.bank) return forged();
    const std::string minute = value_of(*validity, in_template_first);
    const std::string signature = value_of(*validity, in_template_second);
    // All that stands before the signature's own value is signed.
    const auto place = text.rfind(object(in_template_second, signature));
    if (signature.empty() || minute.empty() || minute.size() > 10 ||
        minute.find_first_not_of("0123456789") != std::string::npos ||
        place == std::string_view::npos ||
        !platform::crypto::equal_constant_time(
            platform::crypto::as_bytes(signature),
            platform::crypto::as_bytes(signature_of(issuer, text.substr(0, place))))) {
        return forged();
    }
    code.expires_at = base::Instant{std::stoll(minute) * micros_per_minute};
    if (*code.expires_at <= now) {
        return base::rejected("paycode.expired", "this code is over; ask for a new one");
    }
    return {};
}

}  // namespace

std::string write(const Issuer& issuer, const Code& code)
{
    base::ensure(code.purpose.size() <= longest_purpose);
    std::string text =
        object(format_indicator, "01") + object(initiation, code.expires_at ? "12" : "11") +
        object(account_template, object(in_template_issuer, issuer.bank) +
                                     object(in_template_first, code.institution) +
                                     object(in_template_second, code.account_number)) +
        object(category, "0000") + object(currency_number, "156");
    if (code.amount) text += object(amount_tag, base::to_decimal(*code.amount));
    text += object(country, "CN") + object(merchant_name, ascii_of(issuer.name, 25)) +
            object(merchant_city, "CN");
    if (!code.purpose.empty()) {
        text += object(purpose_template, object(in_template_issuer, issuer.bank) +
                                             object(in_template_first, code.purpose));
    }
    if (code.expires_at) {
        const std::string head =
            object(in_template_issuer, issuer.bank) +
            object(in_template_first, std::to_string(code.expires_at->micros / micros_per_minute));
        // The template's length is that of the whole, which the signature covers too.
        constexpr std::size_t signature_letters = signature_bytes * 8 / 5;
        text += std::string{validity_template} +
                std::to_string(head.size() + 4 + signature_letters) + head;
        text += object(in_template_second, signature_of(issuer, text));
    }
    text += crc_head;
    return text + crc_of(text);
}

Result<Code> read(const Issuer& issuer, std::string_view text, base::Instant now)
{
    const auto malformed = [] {
        return base::invalid("paycode.malformed", "this is no payment code");
    };
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r'))
        text.remove_suffix(1);
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
    if (text.size() > longest_code || text.size() < 12 || !text.starts_with("000201")) {
        return malformed();
    }
    const auto body = text.substr(0, text.size() - 4);
    if (!body.ends_with(crc_head)) return malformed();
    if (crc_of(body) != text.substr(text.size() - 4)) {
        return base::invalid("paycode.damaged", "the code was not read whole; scan it again");
    }
    const auto objects = read_objects(text);
    if (!objects) return malformed();
    const auto account = read_objects(value_of(*objects, account_template));
    if (!account || value_of(*account, in_template_issuer) != issuer.bank) {
        return base::rejected("paycode.foreign", "this is another bank's code");
    }
    Code code{value_of(*account, in_template_first), value_of(*account, in_template_second)};
    if (code.account_number.empty() || code.institution.empty()) return malformed();
    TRY(check_validity(issuer, *objects, body, now, code));
    if (value_of(*objects, currency_number) != "156") {
        return base::rejected("paycode.unit", "this code asks for another currency");
    }
    if (const std::string amount = value_of(*objects, amount_tag); !amount.empty()) {
        const auto money = base::parse_money(amount, base::Currency{"CNY", 2});
        if (!money || money.value().minor_units <= 0) return malformed();
        code.amount = money.value();
    }
    if (const auto purpose = read_objects(value_of(*objects, purpose_template));
        purpose && value_of(*purpose, in_template_issuer) == issuer.bank) {
        code.purpose = value_of(*purpose, in_template_first);
    }
    return code;
}

}  // namespace bank::paycode
