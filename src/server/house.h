// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <server/settings.h>

#include <bank/authentication/environment.h>
#include <bank/bill/items.h>
#include <bank/catalog/catalog.h>
#include <bank/organisation/organisation.h>
#include <platform/crypto/keyring.h>
#include <platform/signing/shared_keys.h>
#include <platform/sql/book.h>

#include <memory>
#include <optional>
#include <utility>

namespace server {

/// Holds a data folder for one program at a time, until it is destroyed or the program ends however
/// it ends.
class FolderLock {
public:
    /// Errors: server.data_folder_busy (another program works on the folder), server.data_folder.
    static base::Result<FolderLock> take(const std::filesystem::path& folder);
    FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    ~FolderLock();

private:
    explicit FolderLock(int file) : file_(file) {}
    int file_;
};

/// Whether `folder` holds a bank's data, whatever database its books lie in.
bool is_data_folder(const std::filesystem::path& folder);

/// A name for the folder's program among those that work on the same database; the same at each
/// start. Throws std::runtime_error.
std::string node_of(const std::filesystem::path& folder);

/// The data folder, its keys and the house book with what lives on it. Everything else is made from
/// here.
class House {
public:
    /// Opens or makes all of it. Where the bank folder or the data is not in order, prints nothing
    /// and gives an error whose detail has a line for each finding: server.bank_folder, those of
    /// FolderLock, key_marks.h, keyring and book.
    static base::Result<std::unique_ptr<House>> open(const Settings& settings);

    const Settings settings;
    const FolderLock lock;
    base::SystemClock clock;
    platform::crypto::SystemRandom random;
    std::unique_ptr<platform::crypto::Keyring> keyring;
    std::optional<platform::signing::SharedKeys> partner_keys;
    std::unique_ptr<platform::sql::Book> book;
    std::unique_ptr<bank::catalog::Catalog> catalog;
    std::unique_ptr<bank::bill::Items> bill_items;
    std::unique_ptr<bank::organisation::Organisation> organisation;
    std::optional<bank::authentication::Environment> authentication;

    const bank::catalog::Bank& bank() const { return catalog->bank(); }
    /// Opens or makes the book of that name, in the data folder or in the database of the
    /// settings. Throws platform::sql::Failure.
    std::unique_ptr<platform::sql::Book> open_book(const std::string& name, int number) const;
    /// Notes new keys in the house book: key_marks.h.
    base::Result<void> tell_added_keys();
    base::Result<void> mark_its_keys();

private:
    base::Result<void> check_keys_ahead();
    House(Settings s, FolderLock l) : settings(std::move(s)), lock(std::move(l)) {}
};

}  // namespace server
