// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import Markup
import NIOCore
import Vault

/// The way in to the stand-in Jira: finds the operation, asks for the credentials, reads the body, lets faults strike,
/// and writes the log.
struct RESTDoor: Sendable {
    private static let jsonLimit = 4 << 20

    let jira: SandboxJira
    let settings: JiraSettings
    let now: @Sendable () -> Date

    func respond(to request: Request) async -> Response {
        let method = request.method.rawValue
        let path = request.uri.path
        let fault = await jira.strike(method: method, path: path)
        let instead = fault?.answerInstead(to: method, path, at: now())
        var answer = instead ?? .noContent
        if instead == nil {
            answer = await self.answer(request)
            if fault?.kind == .lostAnswer {
                answer = JiraRefusal.failure(500, "Internal server error").answer(path: path)
            }
            if let fault, fault.kind == .delay { try? await Task.sleep(for: fault.delay) }
        }
        let number = await jira.note(method: method, path: path, status: answer.status)
        return response(answer, number: number, fault)
    }

    private func answer(_ request: Request) async -> Answer {
        if settings.hasIssuer, OAuthDoor.has(request.uri.path) {
            return await OAuthDoor(jira: jira).answer(request)
        }
        do {
            let (endpoint, call, isForAdmins) = try await find(request)
            if !isForAdmins {
                try await jira.admit(call, endpoint)
            }
            let ready = try await read(request, endpoint.intake, into: call)
            if !isForAdmins { try await jira.checkPermission(for: ready, endpoint) }
            let answer = try await jira.whole { try endpoint.operation($0, ready) }
            return isForAdmins ? answer : await jira.account(for: answer, to: call, endpoint)
        } catch let tooMany as TooMany {
            return tooMany.answer
        } catch let refusal as JiraRefusal {
            return refusal.answer(path: request.uri.path)
        } catch let answer as Unauthorized {
            return answer.answer
        } catch let mismatch as ScopeMismatch {
            return mismatch.answer
        } catch let unknown as UnknownGatewayPath {
            return unknown.answer(at: now())
        } catch {
            return JiraRefusal.badRequest("The request could not be read.").answer(path: request.uri.path)
        }
    }

    private func find(_ request: Request) async throws -> (Endpoint, Call, isForAdmins: Bool) {
        let place = try SitePlace(request.uri.path, settings)
        let method = request.method.rawValue
        guard let section = Section(of: place.segments, on: settings.deployment) else {
            throw JiraRefusal.unknownPath(method, place.path)
        }
        let rest = Array(place.segments.dropFirst(section.depth))
        let (endpoint, parameters) = try Endpoint.find(method, rest, in: section.table, written: place.path)
        var call = Call(
            dialect: section.dialect, method: method, path: place.path, parameters: parameters,
            query: queryItems(request.uri.query ?? ""), headers: request.headers,
            caller: section.isForAdmins ? try visitor(request) : jira.caller)
        if !section.isForAdmins {
            if place.door == .gateway { call.isApp = try await isApp(request, for: endpoint) }
            if !call.isApp {
                call.caller = try caller(request, at: place.door)
                try await checkScopes(at: place.door, for: endpoint)
            }
        }
        return (endpoint, call, section.isForAdmins)
    }

    /// The address of the account with its API token (RFC 7617), or a token alone where the door takes one (RFC 6750).
    private func caller(_ request: Request, at door: SitePlace.Door) throws -> Person {
        let header = request.headers[.authorization] ?? ""
        let words = header.split(separator: " ", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        guard words.count == 2 else { throw Unauthorized() }
        switch words[0].lowercased() {
        case "basic" where isAccount(words[1]): return jira.caller
        case "bearer" where door.takesBearer && Secret(words[1]) == Secret(settings.apiToken): return jira.caller
        default: throw Unauthorized()
        }
    }

    /// A token of OAuth 2.0 counts at the gateway alone, and for what its scopes name.
    private func isApp(_ request: Request, for endpoint: Endpoint) async throws -> Bool {
        let words = (request.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer",
            let access = await jira.access(words[1].trimmingCharacters(in: .whitespaces))
        else { return false }
        guard access.scopes.contains(endpoint.scope) else { throw ScopeMismatch() }
        return true
    }

    /// An API token with scopes counts at the gateway alone, too.
    private func checkScopes(at door: SitePlace.Door, for endpoint: Endpoint) async throws {
        guard let scopes = await jira.tokenScopes else { return }
        guard door == .gateway else { throw Unauthorized() }
        guard scopes.contains(endpoint.scope) else { throw ScopeMismatch() }
    }

    private func isAccount(_ encoded: String) -> Bool {
        guard let data = Data(base64Encoded: encoded), case let text = String(decoding: data, as: UTF8.self),
            let colon = text.firstIndex(of: ":")
        else { return false }
        return text[..<colon].lowercased() == settings.apiUser.lowercased()
            && Secret(String(text[colon...].dropFirst())) == Secret(settings.apiToken)
    }

    /// The admin's door asks for no credentials: it is open on loopback only, and a page of another site cannot send JSON
    /// to it without asking first.
    private func visitor(_ request: Request) throws -> Person {
        let isJSON = request.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false
        guard request.method == .get || request.method == .delete || isJSON else {
            throw JiraRefusal(status: 415, messages: ["Content-Type must be application/json."])
        }
        return jira.caller
    }

    private func read(_ request: Request, _ intake: Endpoint.Intake, into call: Call) async throws -> Call {
        var call = call
        switch intake {
        case .json:
            guard call.method != "GET" else { return call }
            let buffer: ByteBuffer
            do {
                buffer = try await request.body.collect(upTo: Self.jsonLimit)
            } catch {
                throw JiraRefusal(status: 413, messages: ["The request body is too large."])
            }
            guard buffer.readableBytes > 0 else { return call }
            do {
                call.body = try JSONValue(parsing: Array(buffer.readableBytesView))
            } catch {
                throw JiraRefusal.unreadable
            }
        case .files:
            guard ["no-check", "nocheck"].contains(request.headers[.atlassianToken]?.lowercased()) else {
                throw JiraRefusal(status: 403, messages: ["XSRF check failed"])
            }
            var parser = try FormDataParser(
                contentType: request.headers[.contentType] ?? "", limit: settings.uploadLimit)
            for try await buffer in request.body { try parser.consume(buffer) }
            call.uploads = try parser.finish()
        }
        return call
    }

    private func response(_ answer: Answer, number: Int, _ fault: Fault?) -> Response {
        var headers = answer.headers
        headers[.traceID] = String(digest(.md5, Array("\(number)".utf8)))
        headers[.cacheControl] = "no-cache, no-store, no-transform"
        headers[.xContentTypeOptions] = "nosniff"
        let bytes: ByteBuffer
        switch answer.body {
        case .nothing:
            guard let fault, fault.kind == .cut else {
                return Response(status: .init(code: answer.status), headers: headers)
            }
            // So that there is something to be missed.
            return Response(status: .ok, headers: headers, body: fault.body(ByteBuffer()))
        case .json(let json): bytes = ByteBuffer(bytes: json.serialized)
        case .bytes(let given): bytes = given
        }
        headers[.contentType] = answer.type
        return Response(
            status: .init(code: answer.status), headers: headers,
            body: fault?.body(bytes) ?? ResponseBody(byteBuffer: bytes))
    }
}

/// What Jira Cloud says to wrong or missing credentials.
struct Unauthorized: Error {
    var answer: Answer {
        var answer = Answer(
            401, ["message": "Client must be authenticated to access this resource.", "status-code": 401])
        answer.headers[.wwwAuthenticate] = "OAuth realm=\"sandbox\""
        return answer
    }
}

extension HTTPField.Name {
    static let atlassianToken = Self("X-Atlassian-Token")!
    static let traceID = Self("Atl-Traceid")!
}

/// The parameters of a query or a form: `+` is a space, `%XX` a byte.
func queryItems(_ query: String) -> [(name: String, value: String)] {
    query.split(separator: "&").map { pair in
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let texts = parts.map { part -> String in
            let spaced = part.replacing("+", with: " ")
            return spaced.removingPercentEncoding ?? String(spaced)
        }
        return (texts[0], texts.count > 1 ? texts[1] : "")
    }
}
