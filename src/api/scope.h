// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <api/call.h>

namespace api {

/// Where a member of the staff may do what.

/// `institution` where the caller sees it and may do `permission` there. Errors: `unknown` where it
/// is no institution or outside the scope, staff.not_permitted.
base::Result<Institution*> institution_for(Call& call, Parts& parts, Institution* institution,
                                           std::string_view permission, std::string_view unknown);

/// The same for the institution in whose book an id was issued.
template <class Tag>
base::Result<Institution*> institution_for(Call& call, Parts& parts, base::Id<Tag> id,
                                           std::string_view permission, std::string_view unknown)
{
    return institution_for(call, parts, parts.institution_of(id), permission, unknown);
}

/// All that the caller sees, or the one of the code `only`, in the bank's order; each of them
/// permits. Errors: staff.not_permitted, staff.out_of_scope (there is none).
base::Result<std::vector<Institution*>> institutions_for(Call& call, Parts& parts,
                                                         std::string_view permission,
                                                         std::string_view only = {});

}  // namespace api
