// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/form.h>

#include <string>
#include <vector>

namespace bank::catalog {

struct BillCategory {
    std::string code;
    base::Text name;
    std::string icon;
};

/// What is billed: an item is a kind at a place.
struct BillKind {
    std::string code;
    std::string category;
    base::Text name;
    std::vector<std::string> also;  // Other words for it.
    base::Text biller;              // Of each city one, named after it.
    std::string form;               // A section of the forms.
};

struct BillDistrict {
    std::string code;
    base::Text name;
};

struct BillCity {
    std::string code;
    base::Text name;
    std::vector<BillDistrict> districts;
};

/// billers/ of the bank's folder.
struct BillCatalogue {
    std::string partner;  // Who answers for the billers.
    std::vector<BillCategory> categories;
    std::vector<BillKind> kinds;
    std::vector<BillCity> cities;
    Form forms;
};

}  // namespace bank::catalog
