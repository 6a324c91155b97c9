// SPDX-License-Identifier: Apache-2.0

import Grammars
import TestKit
import Testing

private let inputs = Grammar.allCases.flatMap { grammar in
    Fixtures.names(in: "fuzz/\(grammar.rawValue)", ending: "input").map { (grammar, $0) }
}

@Suite("A grammar of mail")
struct GrammarTests {
    @Test("has inputs to begin with and to come back to", arguments: Grammar.allCases)
    func beginnings(_ grammar: Grammar) {
        #expect(inputs.contains { $0.0 == grammar })
    }

    @Test("bears each of its inputs, and whatever is made of it", arguments: inputs)
    func bears(_ grammar: Grammar, _ input: Fixtures.Name) throws {
        let bytes = try Fixtures.bytes(input, ending: "input")
        grammar.read(bytes)
        grammar.read([])
        var random = SplitMix(state: UInt64(bytes.count) &* 13)
        for _ in 0..<60 { grammar.read(random.mutated(bytes)) }
    }
}
