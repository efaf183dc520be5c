// SPDX-License-Identifier: Apache-2.0
#include "build.h"

const char *ostiary_build_commit(void) { return OSTIARY_COMMIT; }
const char *ostiary_build_time(void) { return OSTIARY_COMMIT_TIME; }
const char *ostiary_build_swift(void) { return OSTIARY_SWIFT; }
