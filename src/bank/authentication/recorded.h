// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

namespace bank::authentication {

/// An answer that the unit of work commits even where it is a refusal, because the try counts.
///
/// A unit of work returns base::Result<Recorded<T>> and passes the answer on after the commit with
/// `settled`. Returning the refusal itself would undo the count.
template <class T>
struct [[nodiscard]] Recorded {
    base::Result<T> answer;
};

/// The answer, once the commit is done.
template <class T>
base::Result<T> settled(base::Result<Recorded<T>> committed)
{
    if (!committed) return std::move(committed).error();
    return std::move(committed).value().answer;
}

}  // namespace bank::authentication
