// SPDX-License-Identifier: Apache-2.0

/// The checksum of ISO 3309, which yEnc uses, and RTF in its own way.
struct CRC32 {
    /// Outlook's RTF begins with zero and takes the register as it stands.
    private(set) var register: UInt32

    init(register: UInt32 = 0xFFFF_FFFF) { self.register = register }

    mutating func add(_ bytes: Bytes) {
        for byte in bytes { register = CRC32.table[Int((register ^ UInt32(byte)) & 0xFF)] ^ register >> 8 }
    }

    var value: UInt32 { ~register }

    private static let table: [UInt32] = (0..<256).map { (index: UInt32) in
        (0..<8).reduce(index) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }
}
