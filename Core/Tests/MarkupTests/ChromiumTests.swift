// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import Testing

/// What a browser did with a page.
private struct Sight: Equatable {
    /// Functions that a script called, `[]` when none.
    var ran = ""
    /// Addresses that the browser asked for beside the page itself.
    var asked: Set<String> = []
}

/// Shows sanitised HTML to Debian's Chromium, headless, with a listener of ours as its only way out.
@Suite("Chromium")
struct ChromiumTests {
    private static let browser = "/usr/bin/chromium"
    private static var isReady: Bool { FileManager.default.isExecutableFile(atPath: browser) }
    private static let address = "http://mail.test/page"

    /// Scripts that would run give their names; every element is then gone over with the mouse and clicked.
    private static func page(_ bodies: [String]) -> String {
        """
        <!doctype html><head><script>window.ran = [];
        for (const name of ["alert", "confirm", "prompt", "eval", "open", "print"]) window[name] = () => ran.push(name);
        document.addEventListener("click", event => event.preventDefault());
        </script></head><body>\(bodies.map { "<div>\($0)</div>" }.joined(separator: "\n"))<script>setTimeout(() => {
        for (const element of document.querySelectorAll("div *"))
            for (const name of ["mouseover", "dblclick", "focus", "click", "toggle", "animationend"])
                element.dispatchEvent(new Event(name, {bubbles: true, cancelable: true}));
        document.body.setAttribute("data-ran", JSON.stringify([...new Set(ran)]));
        }, 300)</script></body>
        """
    }

    private static func sight(of bodies: [String]) throws -> Sight {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sight-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let proxy = try RequestListener(answering: address, with: page(bodies))
        defer { proxy.stop() }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: browser)
        process.arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-component-update",
            "--disable-background-networking", "--disable-sync", "--disable-default-apps", "--disable-extensions",
            "--disable-dev-shm-usage", "--user-data-dir=\(folder.path)/profile", "--virtual-time-budget=3000",
            "--proxy-server=http://127.0.0.1:\(proxy.port)", "--proxy-bypass-list=<-loopback>", "--dump-dom", address,
        ]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let shown = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        // What Chromium asks for by itself, mostly.
        let own = [
            "http://update.googleapis.com/service/update", "http://clients2.google.com/time/",
            "http://mail.test/favicon.ico",
        ]
        let asked = proxy.asked.filter { asked in asked != address && !own.contains(where: asked.hasPrefix) }
        return Sight(ran: value(of: "data-ran", in: shown), asked: asked)
    }

    private static func value(of attribute: String, in html: String) -> String {
        guard let start = html.range(of: " \(attribute)=\""), let end = html[start.upperBound...].firstIndex(of: "\"")
        else { return "" }
        return String(html[start.upperBound..<end]).replacing("&quot;", with: "\"")
    }

    @Test("runs nothing and asks for nothing of what was sanitised", .enabled(if: isReady, "needs Debian's chromium"))
    func sanitised() throws {
        let usual = try Self.sight(of: ["<p>Hello</p>"])
        #expect(usual.ran == "[]")
        let control = try Self.sight(of: [
            "<img src=lost.png onerror=alert(1)><p style='background:url(http://far.test/x)'>x</p>"
        ])
        #expect(control.ran == "[\"alert\"]")
        #expect(control.asked.isSuperset(of: ["http://mail.test/lost.png", "http://far.test/x"]))

        let bodies = SanitizerTests.payloads + (try Self.collected())
        #expect(bodies.count > 30)
        for written in [bodies.map { sanitize($0).html }, bodies.map { Document(html: $0).html }] {
            let sight = try Self.sight(of: written)
            #expect(sight.ran == "[]")
            #expect(sight.asked.subtracting(usual.asked) == [])
        }
    }

    /// The payloads of the sanitiser corpus, when it is there.
    private static func collected() throws -> [String] {
        let reference = ProcessInfo.processInfo.environment["MARTLET_REFERENCE"]
        let file = URL(filePath: "\(reference ?? "")/corpora/dompurify/expected.json")
        guard let bytes = try? Data(contentsOf: file) else { return [] }
        struct Row: Decodable {
            var payload: String
        }
        return try JSONDecoder().decode([Row].self, from: bytes).map(\.payload)
    }
}
