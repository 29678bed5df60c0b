// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <server/settings.h>

#include <bank/authentication/environment.h>
#include <bank/catalog/catalog.h>
#include <bank/organisation/organisation.h>
#include <platform/crypto/keyring.h>
#include <platform/signing/shared_keys.h>
#include <platform/sql/book.h>

#include <memory>
#include <optional>

namespace server {

/// The data folder, its keys and the house book with what lives on it. Everything else is made from
/// here.
class House {
public:
    /// Opens or makes all of it. Where the bank folder or the data is not in order, prints nothing
    /// and gives an error whose detail has a line for each finding: server.bank_folder,
    /// server.data_folder, and those of keyring and book.
    static base::Result<std::unique_ptr<House>> open(const Settings& settings);

    const Settings settings;
    base::SystemClock clock;
    platform::crypto::SystemRandom random;
    std::unique_ptr<platform::crypto::Keyring> keyring;
    std::optional<platform::signing::SharedKeys> partner_keys;
    std::unique_ptr<platform::sql::Book> book;
    std::unique_ptr<bank::catalog::Catalog> catalog;
    std::unique_ptr<bank::organisation::Organisation> organisation;
    std::optional<bank::authentication::Environment> authentication;

    const bank::catalog::Bank& bank() const { return catalog->bank(); }
    std::filesystem::path book_file(const std::string& name) const
    {
        return settings.data_folder / (name + ".db");
    }
    platform::sql::BookOptions book_options(int number) const;

private:
    explicit House(Settings s) : settings(std::move(s)) {}
};

}  // namespace server
