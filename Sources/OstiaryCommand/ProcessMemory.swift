// SPDX-License-Identifier: Apache-2.0

import CGlibc
import Glibc
import OstiaryCore

/// Settings of this process's memory, for size and latency.
enum ProcessMemory {
    /// The size of the heap reserve in bytes. A heap grows in small steps under a lock, which a password hash holds for
    /// milliseconds while its 19 MiB are mapped; in a storm of logins other allocations would wait for that lock.
    private static let room = 16 << 20

    /// Reserves heap space, which costs address space but no memory.
    static func prepareHeaps() {
        // By default each thread gets its own heap, up to eight per core, and each keeps the memory of its peak.
        mallopt(M_ARENA_MAX, 2)
        mallopt(M_TOP_PAD, 1 << 20)
        mallopt(M_TRIM_THRESHOLD, 1 << 20)
        mallopt(M_MMAP_THRESHOLD, Int32(2 * room))
        makeRoom()
        DedicatedThread(makeRoom)?.join()
        mallopt(M_MMAP_THRESHOLD, 128 << 10)
    }

    /// Keeps core dumps and other processes of this user from reading the key and the passwords in memory.
    static func forbidDumps() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = ostiary_forbid_dumps()
    }

    /// Grows the heap of the calling thread.
    private static func makeRoom() {
        let memory = malloc(room)
        // The check keeps the compiler from removing the pair of calls.
        precondition(memory == nil || malloc_usable_size(memory) >= room)
        free(memory)
    }

    /// Unmaps the program's pages from memory: most are needed only at the start. The others are mapped again when they
    /// are used, sixteen at a time from the page cache.
    static func releaseProgram() {
        let headers = UInt(getauxval(UInt(AT_PHDR)))
        guard let table = UnsafePointer<Elf64_Phdr>(bitPattern: headers) else { return }
        let segments = UnsafeBufferPointer(start: table, count: Int(getauxval(UInt(AT_PHNUM))))
        guard let own = segments.first(where: { $0.p_type == PT_PHDR }) else { return }
        let base = headers - UInt(own.p_vaddr)
        let page = UInt(getpagesize())
        // Skip writable segments: their pages are private to the process, even those made read-only later.
        for segment in segments where segment.p_type == PT_LOAD && segment.p_flags & UInt32(PF_W) == 0 {
            let first = (base + UInt(segment.p_vaddr) + page - 1) & ~(page - 1)
            let end = (base + UInt(segment.p_vaddr + segment.p_memsz)) & ~(page - 1)
            guard end > first, let address = UnsafeMutableRawPointer(bitPattern: first) else { continue }
            madvise(address, Int(end - first), MADV_DONTNEED)
        }
    }
}
