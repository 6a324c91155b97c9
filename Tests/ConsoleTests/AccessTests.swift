// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Store
import Testing

@testable import Console

@Suite("Each page") struct AccessTests {
    /// What each kind of visitor gets of a route about a letter of acme's.
    private func expected(_ route: Route, for name: String?) -> Set<Int> {
        let isAboutJob = route.path.contains(":job")
        switch (route.access, name) {
        case (.everyone, _): return [200, 303, 401, 404]
        case (_, nil): return [303]
        case (.signedIn, _): return [303]
        case (.operators, "olga"): return route.isPost ? [303, 404, 409] : [200]
        case (.operators, _): return [403]
        case (.tenantAdmins, "olga"): return [403]
        // Nobody had begun to connect a Jira.
        case (.tenantAdmins, _) where route == .connected: return [409]
        case (.tenantAdmins, "otto") where isAboutJob: return [404]
        case (.tenantAdmins, "otto"): return route.isPost ? [303, 409] : [200]
        case (.tenantAdmins, _): return route.isPost ? [303, 409] : [200]
        }
    }

    @Test("is shown to its role only, and to no other tenant's admin (P67, P68, P69)")
    func matrix() async throws {
        try await withHouse { house in
            let letter = try await house.keepDone()
            let event = try await house.keep("{}", .event)
            try await house.finish(event, .notified, line: .event)
            try await house.store.tenant(acme).hold(
                .sent, "\(event).0", about: event.rawValue, Data("Subject: Secret subject\r\n\r\nSaid".utf8), at: noon)
            try await house.store.tenant(acme).hold(
                .sent, "\(letter).0", about: letter.rawValue, Data("Subject: Secret subject\r\n\r\nNo".utf8), at: noon)
            for name in [nil, "olga", "anna", "otto"] {
                let browser = if let name { try await Browser(house, as: name) } else { Browser(house) }
                for route in Route.allCases where route != .signOut {
                    let path = route.of(route.path.hasPrefix("/events") ? event : letter)
                    let answer = route.isPost ? try await browser.post(path) : try await browser.get(path)
                    let visitor = name ?? "nobody"
                    #expect(
                        expected(route, for: name).contains(answer.status), "\(route) for \(visitor): \(answer.status)")
                    if name == nil, route.access != .everyone { #expect(answer.header("Location") == "/sign-in") }
                    if name != "anna" {
                        #expect(!answer.has("Secret subject"), "\(route) shows a subject to \(visitor)")
                        #expect(!answer.has("evil.example"), "\(route) shows a sender to \(visitor)")
                        #expect(!answer.has("Found "), "\(route) shows a report to \(visitor)")
                    }
                    if name == nil || name == "olga" {
                        #expect(!answer.has("catch@acme.example"), "\(route) shows a catch address to \(visitor)")
                        #expect(!answer.has("atlassian.net"), "\(route) shows configuration to \(visitor)")
                    }
                }
            }
        }
    }

    @Test("has strict headers, whoever asks and whatever comes of it")
    func headers() async throws {
        try await withHouse { house in
            let letter = try await house.keepDone()
            for name in [nil, "olga", "anna"] {
                let browser = if let name { try await Browser(house, as: name) } else { Browser(house) }
                var paths = Route.allCases.filter { !$0.isPost }.map { $0.of(letter) }
                paths += ["/nowhere", "/letters/nonsense", "/letters/../../etc/passwd"]
                for path in paths {
                    let answer = try await browser.get(path)
                    let policy = answer.header("Content-Security-Policy") ?? ""
                    #expect(policy.hasPrefix("default-src 'none'"), "\(path): \(policy)")
                    #expect(policy.contains("frame-ancestors 'none'"), "\(path): \(policy)")
                    #expect(!policy.contains("unsafe"), "\(path): \(policy)")
                    #expect(answer.header("X-Content-Type-Options") == "nosniff", "\(path)")
                    #expect(answer.header("Referrer-Policy") == "no-referrer", "\(path)")
                    if path != "/style.css" { #expect(answer.header("Cache-Control") == "no-store", "\(path)") }
                    guard answer.header("Content-Type")?.hasPrefix("text/html") == true else { continue }
                    #expect(!answer.has(" style=\"") && !answer.has("<script"), "\(path)")
                }
            }
        }
    }

    @Test("changes nothing without the form's own token")
    func formTokens() async throws {
        try await withHouse { house in
            let letter = try await house.keep()
            try await house.store.tenant(acme).park(letter, said: "The project is not there.")
            let anna = try await Browser(house, as: "anna")
            let otto = try await Browser(house, as: "otto")
            for token in ["", "wrong", otto.token] {
                let answer = try await anna.post("/letters/\(letter)/retry", ["token": token])
                #expect(answer.status == 403)
                #expect(answer.has("The form was not one of your session, or it is too old."))
            }
            let foreign = try await anna.post(
                "/letters/\(letter)/retry", headers: ["Sec-Fetch-Site": "cross-site"])
            #expect(foreign.status == 403)
            #expect(try await house.store.tenant(acme).job(letter)?.state == .parked)
            #expect(try await anna.post("/letters/\(letter)/retry").status == 303)
            #expect(try await house.store.tenant(acme).job(letter)?.state == .received)
        }
    }
}
