#include <elf.h>
#include <malloc.h>
#include <sys/auxv.h>
#include <sys/vfs.h>
#include <sys/prctl.h>

// A variadic function, which Swift does not call.
static inline int ostiary_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
