// SPDX-License-Identifier: Apache-2.0
#include <api/scope.h>

namespace api {

using base::Result;

Result<Institution*> institution_for(Call& call, Parts& parts, Institution* institution,
                                     std::string_view permission, std::string_view unknown)
{
    if (institution == nullptr ||
        !parts.organisation.sees_institution(call.staff->staff, institution->facts.code)) {
        return base::not_found(unknown, "there is no such thing within your scope");
    }
    TRY(parts.organisation.check(call.staff->staff, permission, institution->facts.code));
    return institution;
}

Result<std::vector<Institution*>> institutions_for(Call& call, Parts& parts,
                                                   std::string_view permission,
                                                   std::string_view only)
{
    std::vector<Institution*> list;
    for (auto& institution : parts.institutions) {
        const auto& code = institution.facts.code;
        if (!only.empty() && code != only) continue;
        if (!parts.organisation.sees_institution(call.staff->staff, code)) continue;
        TRY(parts.organisation.check(call.staff->staff, permission, code));
        list.push_back(&institution);
    }
    if (list.empty())
        return base::forbidden("staff.out_of_scope", "no institution is within your scope");
    return list;
}

}  // namespace api
