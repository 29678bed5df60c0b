// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <server/bank_program.h>

#include <functional>

namespace server {

/// Runs the bank until it is asked to end by SIGINT or SIGTERM, and answers the exit status;
/// `ready` is called when it listens. To be called before there is any other thread. Throws what
/// BankProgram::start throws.
///
/// On PostgreSQL the node stands by (standby.h) until its books are its own. Where another node
/// takes one over, what is in memory is of yesterday: the process replaces itself by a fresh one
/// with the same words, which stands by again, and takes the books when the other has ended. Once
/// it has begun anew it does not give up while the database is away either.
int serve(Settings settings, const std::function<void(BankProgram&)>& ready);

/// Whether this process has replaced one that served before; `--reset` is not meant again then.
bool begun_anew();

}  // namespace server
