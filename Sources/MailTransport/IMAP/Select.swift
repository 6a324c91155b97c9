// SPDX-License-Identifier: Apache-2.0

/// A mailbox as it was opened.
struct IMAPMailbox: Sendable, Equatable {
    let folder: String
    let uidValidity: UInt32
    /// The number that the next message will get, where the server tells.
    let uidNext: UInt32?
    let isReadOnly: Bool
}

extension IMAPConnection {
    /// Opens a folder: RFC 3501 §6.3.1.
    ///
    ///     C: m4 SELECT "INBOX"
    ///     S: * 172 EXISTS
    ///     S: * OK [UIDVALIDITY 3857529045] UIDs valid
    ///     S: m4 OK [READ-WRITE] SELECT completed
    func select(_ folder: String) async throws -> IMAPMailbox {
        var uidValidity: UInt32?
        var uidNext: UInt32?
        let name = modifiedUTF7(folder)
        let status = try await run(IMAPCommand("SELECT").string(name, literals: literals)) { response in
            guard case .status(let told) = response else { return }
            switch told.code {
            case "UIDVALIDITY": uidValidity = UInt32(told.argument)
            case "UIDNEXT": uidNext = UInt32(told.argument)
            default: break
            }
        }
        guard status.kind == .ok else {
            let reply = ServerReply(text: hush(status.text))
            throw MailTransportError(
                .mailboxUnavailable, retry: .soon,
                said: "\(server) does not open the folder \(folder): “\(reply.text)”", reply: reply)
        }
        guard let uidValidity else {
            throw MailTransportError(
                .mailboxUnavailable, retry: .soon,
                said: "\(server) keeps no lasting message numbers for the folder \(folder).")
        }
        return IMAPMailbox(
            folder: folder, uidValidity: uidValidity, uidNext: uidNext, isReadOnly: status.code == "READ-ONLY")
    }
}

/// A folder's name as IMAP writes it: RFC 3501 §5.1.3. `Gelöscht` becomes `Gel&APY-scht`.
func modifiedUTF7(_ name: String) -> String {
    var result = ""
    var shifted: [UInt8] = []
    func unshift() {
        guard !shifted.isEmpty else { return }
        result += "&\(base64ForNames(shifted))-"
        shifted = []
    }
    for scalar in name.unicodeScalars {
        if scalar.value >= 0x20 && scalar.value < 0x7f {
            unshift()
            result += scalar == "&" ? "&-" : String(scalar)
        } else {
            for unit in String(scalar).utf16 { shifted += [UInt8(unit >> 8), UInt8(unit & 0xff)] }
        }
    }
    unshift()
    return result
}

/// Base64 with a comma in place of the slash, and unpadded.
private func base64ForNames(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,")
    var text = ""
    var bits: UInt32 = 0
    var count = 0
    for byte in bytes {
        bits = bits << 8 | UInt32(byte)
        count += 8
        while count >= 6 {
            count -= 6
            text.append(alphabet[Int(bits >> UInt32(count) & 63)])
        }
    }
    if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
    return text
}
