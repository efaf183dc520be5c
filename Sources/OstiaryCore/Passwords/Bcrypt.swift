// SPDX-License-Identifier: Apache-2.0

import CCrypt

/// bcrypt by the system's libcrypt, for hashes of other systems. New hashes are never made with it.
enum Bcrypt {
    /// Hashes a password with the cost and the salt of a hash. Blocks.
    ///
    /// bcrypt reads 72 bytes and no more, as every other implementation of it does.
    /// - Parameters:
    ///   - password: the bytes of the password, without a NUL.
    ///   - setting: a hash of crypt(5), beginning with `$2a$`, `$2b$` or `$2y$`.
    /// - Returns: the hash in the same form; nil if the library cannot make it.
    static func hash(_ password: [UInt8], as setting: String) -> [UInt8]? {
        let phrase = (password + [0]).map(CChar.init(bitPattern:))
        // The structure is 32 KiB, too large for the stack of a thread.
        let size = MemoryLayout<crypt_data>.size
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: MemoryLayout<crypt_data>.alignment)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        guard let result = crypt_rn(phrase, setting, memory, Int32(size)) else { return nil }
        return Array(String(cString: result).utf8)
    }
}
