// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import Testing

/// What a browser did with a page.
private struct Sight: Equatable {
    /// Functions that a script called, `[]` when none.
    var ran = ""
    /// Files that elements tried to load, `[]` when none.
    var loaded = ""
}

/// Shows sanitised HTML to Debian's Chromium, headless and without a network.
@Suite("Chromium")
struct ChromiumTests {
    private static let browser = "/usr/bin/chromium"
    private static let reference = ProcessInfo.processInfo.environment["MARTLET_REFERENCE"]

    private static var isReady: Bool {
        reference != nil && FileManager.default.isExecutableFile(atPath: browser)
    }

    /// Scripts that would run give their names; every element is then gone over with the mouse.
    private static func page(_ bodies: [String]) -> String {
        """
        <!doctype html><head><script>window.ran = [];
        for (const name of ["alert", "confirm", "prompt", "eval", "open", "print"]) window[name] = () => ran.push(name);
        window.tried = [];
        for (const name of ["load", "error"]) window.addEventListener(name, event => {
            const address = event.target.src ?? event.target.href ?? event.target.data;
            if (address && !/^(cid|data):/.test(address)) tried.push(address.split("/").pop());
        }, true);
        </script></head><body>\(bodies.map { "<div>\($0)</div>" }.joined(separator: "\n"))<script>setTimeout(() => {
        for (const element of document.querySelectorAll("div *")) for (const name of ["mouseover", "dblclick", "focus"])
            element.dispatchEvent(new Event(name, {bubbles: true}));
        document.body.setAttribute("data-ran", JSON.stringify([...new Set(ran)]));
        document.body.setAttribute("data-loaded", JSON.stringify([...new Set(tried)]));
        }, 300)</script></body>
        """
    }

    private static func sight(of bodies: [String]) throws -> Sight {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sight-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "page.html")
        try Data(page(bodies).utf8).write(to: file)
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: browser)
        process.arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-component-update",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=\(folder.path)/profile",
            "--virtual-time-budget=3000", "--dump-dom", file.absoluteString,
        ]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let shown = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return Sight(ran: value(of: "data-ran", in: shown), loaded: value(of: "data-loaded", in: shown))
    }

    private static func value(of attribute: String, in html: String) -> String {
        guard let start = html.range(of: " \(attribute)=\""), let end = html[start.upperBound...].firstIndex(of: "\"")
        else { return "" }
        return String(html[start.upperBound..<end]).replacing("&quot;", with: "\"")
    }

    @Test(
        "runs nothing and loads nothing of what was sanitised",
        .enabled(if: isReady, "needs Chromium and the reference folder: set MARTLET_REFERENCE"))
    func sanitised() throws {
        let control = try Self.sight(of: ["<img src=lost.png onerror=alert(1)>"])
        #expect(control == Sight(ran: "[\"alert\"]", loaded: "[\"lost.png\"]"))

        let bodies = SanitizerTests.payloads + (try Self.collected())
        #expect(try Self.sight(of: bodies.map { sanitize($0).html }) == Sight(ran: "[]", loaded: "[]"))
        #expect(try Self.sight(of: bodies.map { Document(html: $0).html }) == Sight(ran: "[]", loaded: "[]"))
    }

    /// The payloads of the sanitiser corpus, when it is there.
    private static func collected() throws -> [String] {
        let file = URL(filePath: "\(reference ?? "")/corpora/dompurify/expected.json")
        guard let bytes = try? Data(contentsOf: file) else { return [] }
        struct Row: Decodable {
            var payload: String
        }
        return try JSONDecoder().decode([Row].self, from: bytes).map(\.payload)
    }
}
