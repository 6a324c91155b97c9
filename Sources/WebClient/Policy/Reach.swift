// SPDX-License-Identifier: Apache-2.0

public import NIOCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Where a connection may lead.
public enum Reach: Sendable, Hashable {
    /// Not into the networks of this machine and its neighbours, so that no tenant can look around in them.
    case publicOnly

    /// Also there. For a Jira in one's own network, by the operator's decision.
    case anywhere
}

/// The connection would have led into a private network.
struct PrivateAddress: Error {}

/// Whether an address is for anybody on the Internet (RFC 6890 and its registries list those that are not).
public func isPublic(_ address: SocketAddress) -> Bool {
    guard let text = address.ipAddress else { return false }
    switch address.protocol {
    case .inet: return bytes(of: text, AF_INET, count: 4).map(isPublic(v4:)) ?? false
    case .inet6: return bytes(of: text, AF_INET6, count: 16).map(isPublic(v6:)) ?? false
    default: return false
    }
}

private func bytes(of text: String, _ family: Int32, count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    return inet_pton(family, text, &bytes) == 1 ? bytes : nil
}

/// Whether a host of a URL, where it is an address and not a name, is a public one. Nothing for a name.
func isPublic(literal host: String) -> Bool? {
    let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    if let address = try? SocketAddress(ipAddress: bare, port: 0) { return isPublic(address) }
    return isLocalName(bare) ? false : nil
}

/// RFC 6761 §6.3.
func isLocalName(_ host: String) -> Bool {
    let name = host.lowercased()
    return name == "localhost" || name.hasSuffix(".localhost")
}

private func isPublic(v4 bytes: [UInt8]) -> Bool {
    switch (bytes[0], bytes[1]) {
    case (0, _), (10, _), (127, _), (169, 254), (192, 168), (224..., _): false
    case (100, 64...127), (172, 16...31), (198, 18...19): false
    case (192, 0): bytes[2] != 0 && bytes[2] != 2
    case (198, 51): bytes[2] != 100
    case (203, 0): bytes[2] != 113
    default: true
    }
}

private func isPublic(v6 bytes: [UInt8]) -> Bool {
    let inner = Array(bytes[12...])
    if bytes[..<10].allSatisfy({ $0 == 0 }) {
        // ::ffff:0:0/96 is an IPv4 address; everything else here is loopback, unspecified or long deprecated.
        return bytes[10] == 0xff && bytes[11] == 0xff && isPublic(v4: inner)
    }
    if bytes.starts(with: [0x00, 0x64, 0xff, 0x9b]) {
        return bytes[4..<12].allSatisfy { $0 == 0 } && isPublic(v4: inner)
    }
    if bytes.starts(with: [0x20, 0x02]) { return isPublic(v4: Array(bytes[2..<6])) }
    if bytes.starts(with: [0x20, 0x01]) { return !isReserved(teredoAndKin: bytes) }
    return bytes[0] & 0xe0 == 0x20
}

/// 2001::/23 is for protocols, 2001:db8::/32 for documentation.
private func isReserved(teredoAndKin bytes: [UInt8]) -> Bool {
    bytes[2] < 2 || bytes[2] == 0x0d && bytes[3] == 0xb8
}
