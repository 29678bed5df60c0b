// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/identity/id_number.h>

#include <base/clock.h>
#include <base/result.h>
#include <platform/json/value.h>
#include <platform/vision/face_reader.h>
#include <platform/vision/image.h>
#include <platform/vision/text_reader.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bank::identity {

/// One field as it stands on a card.
struct CardField {
    std::string text;      // Normalised: dates 2026-11-21, 长期 for a validity without end.
    float confidence = 0;  // 0 to 1.
    bool read = false;     // False: could not be read; the person must fill it in.
};

/// The portrait side (人像面).
struct CardFront {
    CardField name, sex, ethnicity, birth_date, address, number;
    platform::vision::Image portrait{};  // Empty where no face was found.
    platform::vision::Image picture{};   // The card upright and rectangular: evidence.
};

/// The emblem side (国徽面).
struct CardBack {
    CardField issuer, valid_from, valid_until;
    platform::vision::Image picture;
};

/// What is wrong with what was read although the picture was taken; the reasons are those of
/// read_id_card's list and are for the teller and the customer to see.
struct CardRemark {
    std::string_view reason;
    std::string_view field;  // "number", "valid_until" …
};

struct IdCard {
    CardFront front;
    CardBack back;
    std::vector<CardRemark> remarks;
};

/// Reads one side. About half a second each on one core. Errors: identity.card_wrong_side,
/// identity.not_an_id_card, identity.card_unreadable (blurred, dark, glare over the print, too
/// small), vision.* of decode_image.
base::Result<CardFront> read_card_front(std::string_view picture,
                                        platform::vision::TextReader& text,
                                        platform::vision::FaceReader& faces);
base::Result<CardBack> read_card_back(std::string_view picture, platform::vision::TextReader& text);

/// What front and back say together. Remarks: identity.number_malformed, …_region, …_birth_date,
/// …_check_digit (see parse_id_number), identity.number_contradicts_birth_date,
/// identity.number_contradicts_sex, identity.card_expired, identity.card_not_yet_valid,
/// identity.card_validity_odd (not 5, 10, 20 years or 长期), identity.no_portrait.
std::vector<CardRemark> check_card(const CardFront& front, const CardBack& back, base::Date today);

/// Both sides and the check. Errors: as read_card_front and read_card_back.
base::Result<IdCard> read_id_card(std::string_view front_picture, std::string_view back_picture,
                                  base::Date today, platform::vision::TextReader& text,
                                  platform::vision::FaceReader& faces);

/// Refuses who is too young: identity.under_age. `least_years` is data of the service (16 for an
/// account opened alone: 民法典 art. 18, 银发〔2016〕302).
base::Result<void> check_age(base::Date born, base::Date today, int least_years);

/// {"name": {"text": …, "confidence": …, "read": …}, …}, pictures left out.
platform::json::Value to_json(const CardFront& front);
platform::json::Value to_json(const CardBack& back);

}  // namespace bank::identity
