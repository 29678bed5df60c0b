// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/catalog.h>
#include <bank/catalog/internal/service_files.h>

namespace bank::catalog::internal {

struct StoredVersion {
    std::string code;
    int version = 0;
    base::Instant deployed_at;
    Files files;
};

/// Versions of services in the house book.
class Versions {
public:
    explicit Versions(platform::sql::Book& house) : house_(house) {}

    /// Version on offer by service.
    std::map<std::string, int> offers();
    std::string hash(std::string_view code, int version);
    std::optional<StoredVersion> find(std::string_view code, int version);

    /// Stores the service as its next version and puts it on offer. A version of the same content
    /// is put on offer again under its number.
    StoredVersion store(const Service& service);
    void withdraw(std::string_view code);
    std::vector<Catalog::Deployment> all();

private:
    platform::sql::Book& house_;
};

}  // namespace bank::catalog::internal
