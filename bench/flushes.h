// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace bench {

/// The longest time, in milliseconds, that any fsync() or fdatasync() of this process has taken
/// since it was last asked: what of a stall is the disk's. A flush that has not come back yet does
/// not count.
double longest_flush_ms();

}  // namespace bench
