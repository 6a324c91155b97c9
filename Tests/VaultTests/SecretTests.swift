// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Vault

@Suite("A secret")
struct SecretTests {
    @Test("does not print, by whatever way it is asked")
    func doesNotPrint() {
        let secret = Secret("tr0ub4dor")
        var dumped = ""
        dump(secret, to: &dumped)
        dump(["password": secret], to: &dumped)
        let texts = ["\(secret)", String(describing: secret), String(reflecting: secret), dumped, "\([secret])"]
        for text in texts { #expect(!text.contains("tr0ub")) }
        #expect("\(secret)" == "(secret)")
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test("gives its text to who asks for it")
    func reveals() {
        #expect(Secret("pä ss").reveal() == "pä ss")
        #expect(Secret(bytes: Array("abc".utf8)).withUnsafeBytes { Array($0) } == Array("abc".utf8))
        #expect(Secret("").isEmpty)
    }

    @Test("equals the same text only")
    func equals() {
        #expect(Secret("abc") == Secret("abc"))
        #expect(Secret("abc") != Secret("abd"))
        #expect(Secret("abc") != Secret("abcd"))
        #expect(Secret("") == Secret(""))
    }

    @Test("leaves the bytes that it was made of alone when it is wiped")
    func leavesItsSource() {
        let source = Array("left alone".utf8)
        var secret: Secret? = Secret(bytes: source)
        #expect(secret?.isEmpty == false)
        secret = nil
        #expect(source == Array("left alone".utf8))
    }
}

@Suite("A password hash")
struct PasswordHashTests {
    private static let quick = PasswordHash.Cost(logRounds: 10, blockSize: 8, parallelism: 1)

    @Test("matches its password and no other")
    func matches() throws {
        let hash = try PasswordHash(of: Secret("open sesame"), cost: Self.quick)
        #expect(hash.matches(Secret("open sesame")))
        #expect(!hash.matches(Secret("open sesam")))
        #expect(!hash.matches(Secret("")))
    }

    @Test("is another one each time, and says its cost")
    func isSalted() throws {
        let one = try PasswordHash(of: Secret("x"), cost: Self.quick)
        let other = try PasswordHash(of: Secret("x"), cost: Self.quick)
        #expect(one != other)
        #expect(one.rawValue.hasPrefix("$scrypt$ln=10,r=8,p=1$"))
        #expect("\(one)" == "(password hash)")
    }

    @Test("agrees with RFC 7914, section 12")
    func agreesWithTheStandard() throws {
        let hash = bytes(hex: "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")!
        let text = "$scrypt$ln=14,r=8,p=1$\(Data("SodiumChloride".utf8).base64EncodedString())$"
        let kept = try #require(PasswordHash(rawValue: text + Data(hash).base64EncodedString()))
        #expect(kept.matches(Secret("pleaseletmein")))
        #expect(!kept.matches(Secret("pleaseletmeout")))
    }

    @Test(
        "refuses texts that are none, or that cost too much",
        arguments: [
            "", "secret", "$scrypt$ln=10,r=8,p=1$$", "$scrypt$ln=40,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA==$AAAA",
            "$scrypt$ln,r,p$c2FsdHNhbHRzYWx0c2FsdA==$AAAA", "$argon2$ln=10,r=8,p=1$YQ==$YQ==",
        ])
    func refuses(text: String) {
        #expect(PasswordHash(rawValue: text) == nil)
    }
}

@Suite("A signature")
struct SignatureTests {
    private let key = Secret("Jefe")
    private let text = Data("what do ya want for nothing?".utf8)

    @Test("agrees with RFC 4231, test case 2")
    func agreesWithTheStandard() {
        let mac = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        #expect(hex(signature(of: text, with: key)) == mac)
        #expect(isSignature(bytes(hex: mac)!, of: text, with: key))
        #expect(isSignature(bytes(hex: mac.uppercased())!, of: text, with: key))
    }

    @Test("is refused when a byte, the key or the length differs")
    func isRefused() {
        var mac = signature(of: text, with: key)
        #expect(!isSignature(mac, of: text + Data(" ".utf8), with: key))
        #expect(!isSignature(mac, of: text, with: Secret("Jeff")))
        #expect(!isSignature(Array(mac.dropLast()), of: text, with: key))
        #expect(!isSignature([UInt8](), of: text, with: key))
        mac[31] ^= 1
        #expect(!isSignature(mac, of: text, with: key))
    }

    @Test("hex that is none gives nothing", arguments: ["a", "0g", "0x00", " 00", "é0"])
    func hexIsChecked(text: String) {
        #expect(bytes(hex: text) == nil)
    }
}

@Suite("Tokens and ids")
struct ChanceTests {
    @Test("a token is 43 characters that may stand in a URL, and never the same")
    func tokens() {
        let tokens = (0..<200).map { _ in newToken().reveal() }
        #expect(Set(tokens).count == 200)
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        #expect(tokens.allSatisfy { $0.count == 43 && $0.allSatisfy(allowed.contains) })
    }

    @Test("job ids sort by their time")
    func jobIDs() {
        let times = [0, 1, 999, 1_790_000_000, 1_790_000_000.001, 4_000_000_000].map(Date.init(timeIntervalSince1970:))
        let ids = times.map(newJobID(at:))
        #expect(ids == ids.sorted())
        #expect(ids.allSatisfy { $0.count == 26 })
        #expect(ids[0].hasPrefix("0000000000"))
        #expect(Set((0..<500).map { _ in newJobID(at: times[3]) }).count == 500)
    }

    @Test("job ids of one process are in their order, in one millisecond and where the clock goes back")
    func sequence() {
        let (process, time) = (JobIDs(), Date(timeIntervalSince1970: 1_790_000_000))
        let ids = (0..<500).map { _ in process.next(at: time) }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 500)
        #expect(Set(ids.map { $0.prefix(10) }).count == 1)
        let back = process.next(at: time.addingTimeInterval(-59))
        let next = process.next(at: time.addingTimeInterval(0.001))
        #expect([ids[499], back, next] == [ids[499], back, next].sorted())
        // An hour is no slip: ids say when something came.
        let long = (0..<5).map { _ in process.next(at: time.addingTimeInterval(-3600)) }
        #expect(long[4] < ids[0])
        #expect(long == long.sorted())
    }

    @Test("job ids of many threads never are the same, and each thread's are in their order")
    func threads() async {
        let (process, time) = (JobIDs(), Date(timeIntervalSince1970: 1_790_000_000))
        let ids = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<8 { group.addTask { (0..<200).map { _ in process.next(at: time) } } }
            return await group.reduce(into: [[String]]()) { $0.append($1) }
        }
        #expect(ids.allSatisfy { $0 == $0.sorted() })
        #expect(Set(ids.joined()).count == 1600)
    }

    @Test("a job id in the place of another one stands among others as that does, and is another one")
    func samePlace() {
        let (process, time) = (JobIDs(), Date(timeIntervalSince1970: 1_790_000_000))
        let ids = (0..<50).map { _ in process.next(at: time) }
        let others = ids.map(newJobID(inPlaceOf:))
        #expect(others == others.sorted())
        #expect(Set(ids + others).count == 100)
        for (earlier, later) in zip(ids, others.dropFirst()) { #expect(earlier < later) }
        for (earlier, later) in zip(others, ids.dropFirst()) { #expect(earlier < later) }
    }
}
