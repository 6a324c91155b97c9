// SPDX-License-Identifier: Apache-2.0

import MIME
import Testing

@Suite("An ARC chain")
struct ARCTests {
    @Test("is read as values, the first server's set first")
    func reads() throws {
        let raw = """
            ARC-Seal: i=2; a=rsa-sha256; cv=pass; d=LIST.example; s=k2; b=x
            ARC-Message-Signature: i=2; a=rsa-sha256; d=list.example; s=k2; bh=x; b=x
            ARC-Authentication-Results: i=2; list.example; arc=pass; dmarc=fail header.from=example.org
            ARC-Authentication-Results: i=1; mx.example.net 1; spf=pass smtp.mailfrom=ada@example.org
            ARC-Seal: i=1; cv=none; d=mx.example.net; s=k1

            x
            """
        let sets = parse(Array(raw.utf8)).arcSets
        #expect(sets.map(\.instance) == [1, 2])
        #expect(sets.map(\.chain) == ["none", "pass"])
        #expect(sets.map(\.domain) == ["mx.example.net", "list.example"])
        #expect(sets.map(\.selector) == ["k1", "k2"])
        #expect(sets.map(\.isWhole) == [false, true])
        #expect(sets[0].results?.results(of: "spf").first?.value == "pass")
        #expect(sets[1].results?.server == "list.example")
        #expect(sets[1].results?.results(of: "dmarc").first?.property("header.from") == "example.org")
    }

    @Test("with an instance that is none, or there twice, is not whole")
    func broken() {
        let raw =
            "ARC-Seal: i=1; cv=none\nARC-Seal: i=1; cv=pass\nARC-Seal: i=0\nARC-Seal: i=51\nARC-Seal: x\n"
            + "ARC-Message-Signature: i=1\nARC-Authentication-Results: i=1\n\nx\n"
        let sets = parse(Array(raw.utf8)).arcSets
        #expect(sets.map(\.instance) == [1])
        #expect(sets.map(\.isWhole) == [false])
        #expect(sets[0].results == nil)
        #expect(parse(Array("Subject: x\n\nx\n".utf8)).arcSets == [])
    }
}
