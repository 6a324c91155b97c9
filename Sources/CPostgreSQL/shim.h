// SPDX-License-Identifier: Apache-2.0
// The client library of PostgreSQL, as Debian's libpq-dev has it.
#include <libpq-fe.h>
