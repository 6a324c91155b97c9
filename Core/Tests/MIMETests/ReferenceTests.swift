// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import TestKit
import Testing

private let reference = ProcessInfo.processInfo.environment["MARTLET_REFERENCE"]

/// The mail that other parsers are tested with.
private let letters: [String] = {
    guard let reference else { return [] }
    let folder = "\(reference)/corpora"
    let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".eml") || $0.hasSuffix(".msg") || $0.hasSuffix(".box") || $0.hasSuffix(".txt") }
        .map { "\(folder)/\($0)" }.sorted()
}()

@Suite("The letters of other parsers", .enabled(if: reference != nil, "needs MARTLET_REFERENCE"))
struct ReferenceTests {
    @Test("are found, at least five hundred")
    func count() {
        #expect(letters.count >= 500)
    }

    @Test("never trap when they are broken, and read the same in pieces", arguments: letters)
    func mutations(_ path: String) throws {
        let raw = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var random = SplitMix(state: UInt64(raw.count))
        for mutant in [raw, random.mutated(raw), random.mutated(raw)] {
            let message = parse(mutant)
            var contents = PartContents(of: message, in: mutant)
            for attachment in message.attachments { #expect(contents.bytes(of: attachment).count == attachment.size) }
            for piece in [1_000, 7_919] {
                var parser = MessageParser()
                for start in stride(from: 0, to: mutant.count, by: piece) {
                    parser.consume(mutant[start..<min(start + piece, mutant.count)])
                }
                #expect(parser.finish() == message)
            }
        }
    }
}
