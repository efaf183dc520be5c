#include <elf.h>
#include <malloc.h>
#include <spawn.h>
#include <sys/auxv.h>
#include <sys/vfs.h>
#include <sys/prctl.h>

// A variadic function, which Swift does not call.
static inline int ostiary_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

// glibc has it since 2.34, and declares it for GNU programs only.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

// The descriptors from the first on are closed in the program that is started.
static inline int ostiary_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
