// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
public import Jira
public import NIOCore
import NIOHTTP1

extension JiraSite {
    /// Streams a file of an issue, as fast as it is taken. Gives how many bytes it has.
    ///
    /// Where the site leads elsewhere for it, nothing goes along that says who asks, and into a private network only where
    /// the site itself is there.
    ///
    /// - Parameters:
    ///   - most: The bytes that it may have. What is longer is an error, before or while it comes.
    ///   - take: Gets the bytes in their order. An error of it is thrown on.
    public func perform(
        _ download: Download, atMost most: Int, into take: @escaping @Sendable (ByteBuffer) async throws -> Void
    ) async throws -> Int {
        let request = download.request(for: deployment)
        let sink = Sink(most: most, take: take)
        let passage = try await passage()
        switch try await fetch(request, passage, into: sink) {
        case .streamed(let count): return count
        case .refused(let answer):
            guard let refused = passage.refused(by: answer) else { throw WebClientError(refusal: answer, of: request) }
            let other = try await self.passage(insteadOf: refused)
            guard other.renewable != refused else { throw WebClientError(refusal: answer, of: request) }
            switch try await fetch(request, other, into: sink) {
            case .streamed(let count): return count
            case .refused(let second): throw WebClientError(refusal: second, of: request)
            }
        }
    }

    /// The site's own answer, or that of whom it leads to.
    private func fetch(_ request: Request, _ passage: Passage, into sink: Sink) async throws -> Fetched {
        var prepared = prepare(request, passage)
        prepared.headers.replaceOrAdd(name: "Accept", value: "*/*")
        do {
            var fetched = try await paced(request, to: passage.address) {
                try await fetch(prepared, by: connection.reach, into: sink)
            }
            if case .refused(let answer) = fetched {
                learn(from: answer, to: request, traffic(to: passage.address))
            }
            for _ in 0..<Self.mostRedirects {
                guard case .refused(let answer) = fetched, let next = answer.redirect(from: prepared.url) else { break }
                prepared = HTTPClientRequest(url: next.absoluteString)
                prepared.headers = ["Accept": "*/*", "User-Agent": "Martlet"]
                let isNear = next.host()?.lowercased() == passage.address.host.lowercased()
                if isNear { prepared.tlsConfiguration = connection.trust.configuration }
                fetched = try await fetch(prepared, by: isNear ? connection.reach : .publicOnly, into: sink)
            }
            return fetched
        } catch let error as Sink.Failure {
            throw error.reason
        } catch let error as WebClientError {
            throw error
        } catch {
            throw try WebClientError(failure: error, of: request)
        }
    }

    private static let mostRedirects = 3

    private func fetch(_ prepared: HTTPClientRequest, by reach: Reach, into sink: Sink) async throws -> Fetched {
        if reach == .publicOnly, let host = URL(string: prepared.url)?.host(), isPublic(literal: host) == false {
            throw PrivateAddress()
        }
        let client = connections.client(for: reach)
        return try await withoutSilence(of: connection.limits.time) { [most = connection.limits.answer] progress in
            let response = try await client.execute(prepared, deadline: .distantFuture)
            progress.note()
            if response.status == .ok { return .streamed(try await sink.drain(response, progress)) }
            let body = try await response.body.collect(upTo: most)
            return .refused(
                Answered(
                    status: Int(response.status.code), headers: response.headers, body: Array(body.readableBytesView)))
        }
    }
}

private enum Fetched: Sendable {
    case streamed(Int)
    case refused(Answered)
}

/// Where the bytes of a file go.
private struct Sink: Sendable {
    /// Of who takes them.
    struct Failure: Error {
        let reason: any Error
    }

    let most: Int
    let take: @Sendable (ByteBuffer) async throws -> Void

    func drain(_ response: HTTPClientResponse, _ progress: Progress) async throws -> Int {
        if let length = response.headers.first(name: "Content-Length").flatMap({ Int($0) }), length > most {
            throw WebClientError(fileLongerThan: most)
        }
        var count = 0
        for try await piece in response.body {
            count += piece.readableBytes
            guard count <= most else { throw WebClientError(fileLongerThan: most) }
            do { try await take(piece) } catch { throw Failure(reason: error) }
            progress.note()
        }
        return count
    }
}

extension WebClientError {
    fileprivate init(fileLongerThan most: Int) {
        self.init(
            .tooLarge, .never, said: "The file has more than the \(most) bytes that may be read.",
            detail: "the download was ended")
    }
}

extension Answered {
    /// Where it leads: by TLS, or as unprotected as this call was and to the same host.
    fileprivate func redirect(from url: String) -> URL? {
        guard [301, 302, 303, 307, 308].contains(status), let here = URL(string: url),
            let next = headers.first(name: "Location").flatMap({ URL(string: $0, relativeTo: here)?.absoluteURL }),
            let host = next.host(), !host.isEmpty, next.user() == nil, next.password() == nil
        else { return nil }
        switch next.scheme?.lowercased() {
        case "https": return next
        case "http": return here.scheme?.lowercased() == "http" && here.host() == host ? next : nil
        default: return nil
        }
    }
}
