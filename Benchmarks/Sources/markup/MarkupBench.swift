// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kit
import Markup

/// From the HTML of a mail to the trimmed ADF of a comment, for Scripts/bench.
@main
struct MarkupBench {
    private static let usage = """
        usage: markup corpus FOLDER                 writes html.pack
               markup read FILE PASSES              reads a pack, and prints the seconds of each pass
               markup hostile                       prints the seconds that each attack of 1 MB takes
               markup mutations COUNT FOLDER...     writes the ADF of HTML broken on purpose, and the slowest's seconds to
                                                    standard error
               markup mutant NUMBER FOLDER...       writes one of them to standard output

        """

    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch (words.first, words.count) {
        case ("corpus", 2):
            var letters = HTMLLetters(seed: 5)
            try Pack((0..<1_000).map { _ in Array(letters.next().utf8) }).write(to: words[1] + "/html.pack")
        case ("read", 3): try read(words[1], passes: Int(words[2]) ?? 1)
        case ("hostile", 1): runAttacks()
        case ("mutations", 3...): runMutations(Int(words[1]) ?? 0, below: Array(words[2...]))
        case ("mutant", 3...):
            let mutant = HTMLMutations(below: Array(words[2...])).mutant(Int(words[1]) ?? 0)
            FileHandle.standardOutput.write(Data(mutant))
        default:
            FileHandle.standardError.write(Data(usage.utf8))
            exit(64)
        }
    }

    private static func read(_ path: String, passes: Int) throws {
        let pack = try Pack(reading: path)
        for _ in 0..<passes {
            var replies = 0
            var documents = 0
            let began = processorSeconds()
            for letter in pack.letters {
                let trimmed = trim(html: String(decoding: letter, as: UTF8.self))
                replies += trimmed.reply.utf8.count
                documents += trimmed.document.adf.serialized.count
            }
            let seconds = processorSeconds() - began
            print(
                """
                {"seconds": \(seconds), "messages": \(pack.letters.count), "bytes": \(pack.byteCount), \
                "reply": \(replies), "adf": \(documents)}
                """)
        }
    }

    private static func runAttacks() {
        for (name, html) in HTMLMutations.attacks {
            let began = processorSeconds()
            _ = trim(html: html).document.adf.serialized
            let written = processorSeconds()
            _ = sanitize(html)
            let sanitised = processorSeconds()
            print(
                #"{"attack": "\#(name)", "bytes": \#(html.utf8.count), "adf": \#(written - began), "#
                    + #""sanitised": \#(sanitised - written)}"#)
        }
    }

    private static func runMutations(_ count: Int, below folders: [String]) {
        let mutations = HTMLMutations(below: folders)
        var slowest = (seconds: 0.0, number: 0)
        for number in 0..<count {
            let html = String(decoding: mutations.mutant(number), as: UTF8.self)
            let began = processorSeconds()
            let trimmed = trim(html: html)
            let lines = trimmed.document.adf.serialized + [10] + trimmed.elidedDocument.adf.serialized + [10]
            let safe = sanitize(html).html
            let seconds = processorSeconds() - began
            precondition(sanitize(safe).html == safe, "what was sanitised is not stable: mutant \(number)")
            if seconds > slowest.seconds { slowest = (seconds, number) }
            FileHandle.standardOutput.write(Data(lines))
        }
        let said = #"{"slowest": \#(slowest.seconds), "number": \#(slowest.number)}"# + "\n"
        FileHandle.standardError.write(Data(said.utf8))
    }
}
