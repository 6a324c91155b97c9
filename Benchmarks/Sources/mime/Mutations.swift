// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kit
import MIME

/// Letters broken on purpose, always the same ones for the same letters: none may trap, hang, or read otherwise when it
/// comes in pieces.
struct Mutations {
    private let letters: [[UInt8]]

    /// Letters of all files below the folders, and some made to do harm.
    init(below folders: [String]) {
        letters = folders.flatMap(Mutations.files) + Mutations.harmful
    }

    /// The mutant of that number, by itself.
    func mutant(_ number: Int) -> [UInt8] {
        var chance = Chance(seed: UInt64(number) &* 0x9E37_79B9 &+ 77)
        // The harmful ones stand at the end and are large; most mutants are of ordinary letters.
        let isHarmful = chance.number(0...199) == 0
        let count = letters.count - Mutations.harmful.count
        var bytes = isHarmful || count == 0 ? chance.one(of: Mutations.harmful) : letters[chance.number(0...count - 1)]
        for _ in 0..<chance.number(1...4) { mutate(&bytes, &chance) }
        return bytes
    }

    /// Reads that many mutants; gives the seconds of the slowest, and its number.
    func run(_ count: Int) throws -> (seconds: Double, number: Int) {
        let clock = ContinuousClock()
        var slowest = Duration.zero
        var slowestNumber = 0
        for number in 0..<count {
            let raw = mutant(number)
            let time = clock.measure { read(raw) }
            if time > slowest { (slowest, slowestNumber) = (time, number) }
            if time > .seconds(2) { throw Failure(number: number, reason: "took \(time)") }
            if number % 8 == 0, !readsInPieces(raw, number) {
                throw Failure(number: number, reason: "reads otherwise when it comes in pieces")
            }
        }
        return (slowest / .seconds(1), slowestNumber)
    }

    struct Failure: Error, CustomStringConvertible {
        let number: Int
        let reason: String
        var description: String { "mutant \(number) \(reason); see it by: mime mutant \(number) FOLDER..." }
    }

    private func read(_ raw: [UInt8]) {
        let message = parse(raw)
        precondition(message.byteCount == raw.count)
        var contents = PartContents(of: message, in: raw)
        for index in message.parts.indices { _ = contents.bytes(of: index).count }
        for attachment in message.attachments { precondition(contents.bytes(of: attachment).count == attachment.size) }
        for field in message.fields { _ = decodingWords(field.value) }
        _ = (message.from, message.to, message.cc, message.replyTo, message.subject, message.date, message.messageID)
        _ = (message.references, message.inReplyTo, message.text, message.html, message.bounce)
        _ = (message.automaticSigns, message.arcSets, message.nature(), message.paths)
    }

    private func readsInPieces(_ raw: [UInt8], _ number: Int) -> Bool {
        var chance = Chance(seed: UInt64(number))
        var parser = MessageParser()
        var start = 0
        while start < raw.count {
            let end = min(raw.count, start + chance.number(1...max(raw.count / 4, 2)))
            parser.consume(raw[start..<end])
            start = end
        }
        return parser.finish() == parse(raw)
    }

    // MARK: Breaking

    private func mutate(_ bytes: inout [UInt8], _ chance: inout Chance) {
        let place = chance.number(0...bytes.count)
        let length = min(chance.number(0...200), bytes.count - place)
        switch chance.number(0...9) {
        case 0: bytes.removeLast(bytes.count - place)
        case 1: for index in place..<place + min(length, 8) { bytes[index] = UInt8(chance.number(0...255)) }
        case 2: for index in place..<place + min(length, 3) { bytes[index] ^= 1 << UInt8(chance.number(0...7)) }
        case 3: bytes.removeSubrange(place..<place + length)
        case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: chance.number(0...bytes.count))
        case 5: bytes.insert(contentsOf: chance.one(of: Mutations.fragments), at: place)
        case 6: bytes = bytes[..<place] + chance.one(of: letters).suffix(chance.number(0...20_000))
        case 7: bytes = Array("Content-Type: message/rfc822\n\n".utf8) + bytes
        case 8:
            let piece = Array(bytes[place..<place + length])
            for _ in 0..<chance.number(1...100) { bytes.insert(contentsOf: piece, at: place) }
        default: bytes += bytes.prefix(place)
        }
    }

    private static let fragments: [[UInt8]] = [
        [13], [10], [0], [13, 10], [13, 10, 13, 10], [45, 45], [10, 45, 45], [61], [61, 13, 10], [255], [27, 36, 66],
        Array("=?utf-8?b?".utf8), Array("=?x?q?=C3?=".utf8),
        Array("Content-Type: multipart/mixed; boundary=b\n\n--b\n".utf8),
        Array("\nContent-Transfer-Encoding: base64\n".utf8), Array("\"".utf8), Array("<((".utf8), [0xEF, 0xBB, 0xBF],
    ]

    private static let harmful: [[UInt8]] = [
        (0..<10_000).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }.joined(),
        String(repeating: "Content-Type: message/rfc822\n\n", count: 10_000),
        "X-Long: " + String(repeating: "word ", count: 200_000) + "\n\nx\n",
        "To: " + (0..<50_000).map { "u\($0)@example.org" }.joined(separator: ", ") + "\n\nx\n",
        "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: 30_000),
        "Subject: x\n\n" + String(repeating: "a", count: 1_000_000),
        "Subject: " + String(repeating: "=?utf-8?q?=C3?= ", count: 20_000) + "\n\n",
    ].map { Array($0.utf8) }

    private static func files(below folder: String) -> [[UInt8]] {
        let paths = (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).sorted()
        let endings = [".eml", ".msg", ".box", ".txt", ".mbox", ".email"]
        return paths.filter { path in endings.contains { path.hasSuffix($0) } }.compactMap { path in
            (try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)"))).map { [UInt8]($0) }
        }
    }
}
