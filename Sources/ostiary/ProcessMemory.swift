// SPDX-License-Identifier: Apache-2.0

import CGlibc
import Glibc
import OstiaryCore

/// How much of the machine's memory this process holds, and who waits for more.
enum ProcessMemory {
    /// A heap becomes larger in small steps, under a lock that a password's hash holds for milliseconds while its 19 MiB
    /// are mapped: in a storm of logins those who need memory would stand in line with it. So the room is made before.
    private static let room = 16 << 20

    /// It costs address space, no memory.
    static func prepareHeaps() {
        // Each thread would get a heap of its own, up to eight a core, and each keeps what a flood has once needed.
        mallopt(M_ARENA_MAX, 2)
        mallopt(M_TOP_PAD, 1 << 20)
        mallopt(M_TRIM_THRESHOLD, 1 << 20)
        mallopt(M_MMAP_THRESHOLD, Int32(2 * room))
        makeRoom()
        DedicatedThread(makeRoom)?.join()
        mallopt(M_MMAP_THRESHOLD, 128 << 10)
    }

    /// Neither a core file nor another process of this user shows the key and the passwords that are in memory.
    static func forbidDumps() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = ostiary_forbid_dumps()
    }

    /// In the heap of the calling thread.
    private static func makeRoom() {
        let memory = malloc(room)
        // Asked of it so that the compiler does not take the pair out.
        precondition(memory == nil || malloc_usable_size(memory) >= room)
        free(memory)
    }

    /// Takes the program's pages out of this process's map: most were needed to start and never again. Those that are
    /// needed come back from the file, sixteen at a time and without a read.
    static func releaseProgram() {
        let headers = UInt(getauxval(UInt(AT_PHDR)))
        guard let table = UnsafePointer<Elf64_Phdr>(bitPattern: headers) else { return }
        let segments = UnsafeBufferPointer(start: table, count: Int(getauxval(UInt(AT_PHNUM))))
        guard let own = segments.first(where: { $0.p_type == PT_PHDR }) else { return }
        let base = headers - UInt(own.p_vaddr)
        let page = UInt(getpagesize())
        // A writable segment's pages are this process's own, also where they were made read-only later.
        for segment in segments where segment.p_type == PT_LOAD && segment.p_flags & UInt32(PF_W) == 0 {
            let first = (base + UInt(segment.p_vaddr) + page - 1) & ~(page - 1)
            let end = (base + UInt(segment.p_vaddr + segment.p_memsz)) & ~(page - 1)
            guard end > first, let address = UnsafeMutableRawPointer(bitPattern: first) else { continue }
            madvise(address, Int(end - first), MADV_DONTNEED)
        }
    }
}
