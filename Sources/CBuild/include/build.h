// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The commit of the sources, with `+dirty` behind it if they were changed; empty if the build was not told.
const char *ostiary_build_commit(void);
/// The time of the commit in seconds since 1970, in digits; empty if the build was not told.
const char *ostiary_build_time(void);
/// The version of the compiler; empty if the build was not told.
const char *ostiary_build_swift(void);
