// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Synchronization

/// The wall clock of one process, which jumps when it is told to. The monotonic clock stays what it is.
///
/// A library between the process and the kernel, ours because `libfaketime` changes the environment before Swift has
/// read the arguments that lie behind it.
final class FakeClock: Sendable {
    private let file: String
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        file = directory.file("offset")
        try set(0)
        _ = try Self.library.get()
    }

    /// What the process has to be started with.
    var environment: [String: String] {
        get throws { ["LD_PRELOAD": try Self.library.get().file("clock.so"), "FAKE_CLOCK": file] }
    }

    /// In force at once.
    /// - Parameter offset: seconds ahead of the machine's clock; may be negative.
    func set(_ offset: Int) throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let written = withUnsafeBytes(of: Int64(offset)) { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        guard written == 8 else { throw Failure("cannot set a clock: errno \(errno)") }
    }

    private static let library = Result {
        let directory = try TemporaryDirectory()
        try Data(source.utf8).write(to: URL(filePath: directory.file("clock.c")))
        let arguments = ["-shared", "-fPIC", "-O1", "-o", directory.file("clock.so"), directory.file("clock.c")]
        let compiler = try Executable.required("cc", package: "gcc libc6-dev")
        let result = try CommandResult(compiler, arguments, environment: Executable.inheritedEnvironment)
        guard result.exit == .code(0) else { throw Failure("no clock: \(result.stderr)") }
        return directory
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdint.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static volatile int64_t *offset;

        __attribute__((constructor)) static void begin(void) {
            const char *path = getenv("FAKE_CLOCK");
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            void *page = file < 0 ? MAP_FAILED : mmap(0, sizeof *offset, PROT_READ, MAP_SHARED, file, 0);
            if (page == MAP_FAILED) abort();
            offset = page;
            close(file);
        }

        int clock_gettime(clockid_t clock, struct timespec *now) {
            int result = (int)syscall(SYS_clock_gettime, clock, now);
            if (result == 0 && clock == CLOCK_REALTIME && offset) now->tv_sec += *offset;
            return result;
        }

        int gettimeofday(struct timeval *restrict now, void *restrict zone) {
            struct timespec precise;
            (void)zone;
            clock_gettime(CLOCK_REALTIME, &precise);
            now->tv_sec = precise.tv_sec;
            now->tv_usec = precise.tv_nsec / 1000;
            return 0;
        }

        time_t time(time_t *now) {
            struct timespec precise;
            clock_gettime(CLOCK_REALTIME, &precise);
            if (now) *now = precise.tv_sec;
            return precise.tv_sec;
        }
        """
}
