// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import Vault

extension ParsedMail {
    /// The bodies of a mail that is nothing but a `winmail.dat`.
    func tnefBody(contents: inout PartContents) -> TNEF? {
        guard let part = message.parts.indices.first(where: message.isTNEF) else { return nil }
        return TNEF(parsing: contents.bytes(of: part))
    }
}

extension Message {
    /// The files that are no parts, in the form in which attachments are listed.
    func embeddedJSON(paths: [String], contents: inout PartContents, withBodies: Bool) -> [OrderedJSON] {
        var found: [OrderedJSON] = []
        for part in partsWithEmbeddedFiles {
            let bytes = contents.bytes(of: part)
            for file in embeddedFiles(in: part, decoded: bytes) {
                found.append(
                    .object(json(of: file, file.content(of: bytes), path: paths[part], withBodies: withBodies)))
            }
        }
        return found
    }

    private func json(
        of file: EmbeddedFile, _ content: [UInt8], path: String, withBodies: Bool
    ) -> [(String, OrderedJSON)] {
        var pairs: [(String, OrderedJSON)] = [
            ("name", .optional(file.name)), ("type", .string(file.type)), ("size", .int(content.count)),
            ("sha1", .string(digest(.sha1, content))), ("md5", .string(digest(.md5, content))),
            ("disposition", .null), ("content_id", .optional(file.contentID)), ("inline", .bool(false)),
            ("from_tnef", .bool(file.origin == .tnef)), ("path", .string(path)),
        ]
        if withBodies { pairs.append(("body", .string(Data(content).base64EncodedString()))) }
        return pairs
    }
}
