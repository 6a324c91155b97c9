// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import Planning
import Store
import Vault

/// A kept letter, parsed and read. Its files stay where they are kept.
struct ReadLetter: Sendable {
    let origin: LetterOrigin
    let body: BodyReader
    let message: Message
    let unpacked: [Unpacked]
    let letter: Letter

    /// Decoded bytes of a part that is opened: it is held whole for that. A larger one goes along as it is.
    private static let mostOpened = 64 << 20

    static func open(_ job: Job, of tenant: TenantStore) async throws -> ReadLetter {
        let origin = try await tenant.origin(of: job.id)
        let body = try await tenant.body(of: job.id)
        var parser = MessageParser()
        for try await piece in body { piece.withUnsafeBytes { parser.consume($0) } }
        let message = parser.finish()
        var unpacked: [Unpacked] = []
        for part in message.packedParts where message.parts[part].size <= mostOpened {
            let bytes = try await PartBytes(part: part, of: message, in: body).whole
            unpacked.append(message.unpacked(part, decoded: bytes))
        }
        return ReadLetter(
            origin: origin, body: body, message: message, unpacked: unpacked,
            letter: read(
                message, unpacked: unpacked, as: job.id, receivedAt: job.receivedAt, envelope: origin.envelope))
    }

    /// A file inside of a part.
    func embedded(_ file: Int, in part: Int) -> EmbeddedFile? {
        let files = unpacked.first { $0.part == part }?.files ?? []
        return files.indices.contains(file) ? files[file] : nil
    }

    func content(ofEmbedded file: Int, in part: Int) async throws -> [UInt8] {
        guard let file = embedded(file, in: part) else { return [] }
        return file.content(of: try await PartBytes(part: part, of: message, in: body).whole)
    }

    /// What makes two letters the same: the id that their sender gave them and what they say, since some senders give
    /// one id to several letters, and some give none.
    var identity: String {
        var digester = Digester(.sha256)
        let parts = [
            letter.messageID ?? "", letter.sender?.address ?? "", letter.subject, letter.text ?? "", letter.html ?? "",
        ]
        for part in parts { digester.consume(Data("\(part.utf8.count):\(part)".utf8)) }
        for file in letter.attachments { digester.consume(Data("\(file.name ?? "")/\(file.size);".utf8)) }
        if letter.messageID == nil { digester.consume(Data((message.field("Date") ?? "").utf8)) }
        return digester.finish()
    }
}
