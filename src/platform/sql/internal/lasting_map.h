// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace platform::sql::internal {

/// The name of an SQLite file system like the usual one, but for one thing: a connection that sees
/// that others have committed keeps its mapping of the file. SQLite lets it go since not every
/// system shows through a mapping what was written to the file; Linux does. Mapping anew at each
/// commit of somebody else costs a reader a page fault for every page, a tenth of a busy bank.
///
/// The mapping is made anew once a second, to take in what the file has grown by; until then that
/// part is read as usual. Only for files that are never cut shorter. Any thread.
const char* lasting_map();

}  // namespace platform::sql::internal
