// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// An IPv4 or IPv6 address; an IPv4 address in IPv6 clothes (`::ffff:192.0.2.1`) is the IPv4 address.
public struct IPAddress: Sendable, Hashable {
    let high: UInt64
    let low: UInt64

    private static let mapped: UInt64 = 0xffff_0000_0000

    public init?(_ text: String) {
        guard let address = try? SocketAddress(ipAddress: text, port: 0) else { return nil }
        self.init(address)
    }

    /// Nil for a Unix socket. The places of the address in `sockaddr_in` and `sockaddr_in6` are the same everywhere.
    public init?(_ address: SocketAddress) {
        switch address {
        case .v4(let v4):
            let bits = withUnsafeBytes(of: v4.address) { $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self) }
            high = 0
            low = Self.mapped | UInt64(UInt32(bigEndian: bits))
        case .v6(let v6):
            (high, low) = withUnsafeBytes(of: v6.address) {
                (
                    UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                    UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
                )
            }
        case .unixDomainSocket: return nil
        }
    }

    var isV4: Bool { high == 0 && low >> 32 == 0xffff }

    public var isLoopback: Bool {
        isV4 ? (low >> 24) & 0xff == 127 : high == 0 && low == 1
    }
}

extension IPAddress: CustomStringConvertible {
    public var description: String {
        var bytes = ByteBuffer()
        if isV4 {
            bytes.writeInteger(UInt32(truncatingIfNeeded: low))
        } else {
            bytes.writeInteger(high)
            bytes.writeInteger(low)
        }
        return (try? SocketAddress(packedIPAddress: bytes, port: 0).ipAddress) ?? ""
    }
}

/// A range of addresses in CIDR form (`192.0.2.0/24`, `2001:db8::/32`), or one address.
public struct IPNetwork: Sendable, Hashable {
    private let base: IPAddress
    private let length: Int

    public static let loopback: [IPNetwork] = [IPNetwork("127.0.0.0/8")!, IPNetwork("::1")!]

    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = IPAddress(String(parts[0])) else { return nil }
        let width = base.isV4 ? 32 : 128
        self.base = base
        guard parts.count == 2 else {
            length = 128
            return
        }
        guard !parts[1].isEmpty, parts[1].allSatisfy(\.isWholeNumber), let bits = Int(parts[1]), bits <= width else {
            return nil
        }
        length = bits + (128 - width)
    }

    public func contains(_ address: IPAddress) -> Bool {
        let highMask = length >= 64 ? UInt64.max : ~(UInt64.max >> UInt64(length))
        let lowMask = length <= 64 ? 0 : (length == 128 ? UInt64.max : ~(UInt64.max >> UInt64(length - 64)))
        return (base.high ^ address.high) & highMask == 0 && (base.low ^ address.low) & lowMask == 0
    }
}
