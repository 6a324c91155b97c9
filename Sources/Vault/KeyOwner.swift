// SPDX-License-Identifier: Apache-2.0

/// Whose keys: a tenant's, or those of the installation itself (accounts, sessions).
public enum KeyOwner: Hashable, Sendable {
    case system
    case tenant(String)

    init?(name: some StringProtocol) {
        if name == "system" {
            self = .system
        } else if name.hasPrefix("tenant:") {
            self = .tenant(String(name.dropFirst("tenant:".count)))
        } else {
            return nil
        }
    }

    /// As it stands in the key store and in associated data.
    func name() throws(VaultError) -> String {
        switch self {
        case .system:
            return "system"
        case .tenant(let id):
            let isPlain = id.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
                    || [0x2D, 0x2E, 0x5F].contains(byte)
            }
            guard isPlain, !id.isEmpty, id.utf8.count <= 128 else {
                throw VaultError(.ownerInvalid, "A tenant's id may hold letters, digits, '-', '.' and '_' only.")
            }
            return "tenant:\(id)"
        }
    }
}
