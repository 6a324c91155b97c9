// SPDX-License-Identifier: Apache-2.0

public import Jira

extension JiraSite {
    /// A list or search of more pages than this has no end.
    private static let mostPages = 1_000

    /// Looks through a list, page by page, until something is found.
    ///
    /// - Parameter list: The page that begins at a number.
    public func first<Item, Found: Sendable>(
        of list: (_ startAt: Int) -> Read<Page<Item>>, _ find: ([Item]) async throws -> Found?
    ) async throws -> Found? {
        var start = 0
        for _ in 0..<Self.mostPages {
            let page = try await get(list(start))
            if let found = try await find(page.items) { return found }
            guard let next = page.next else { return nil }
            // One that does not go on is the same page again.
            guard next > start else { break }
            start = next
        }
        throw WebClientError(endless: list(start).request(for: deployment))
    }

    /// Looks through what a search finds, page by page, until something is found.
    ///
    /// - Parameter search: The page that a token names, or the first.
    public func first<Found: Sendable>(
        of search: (_ pageToken: String?) -> Read<SearchResult>, _ find: ([Issue]) async throws -> Found?
    ) async throws -> Found? {
        var token: String?
        for _ in 0..<Self.mostPages {
            let page = try await get(search(token))
            if let found = try await find(page.issues) { return found }
            guard let next = page.nextPageToken else { return nil }
            guard next != token else { break }
            token = next
        }
        throw WebClientError(endless: search(token).request(for: deployment))
    }

    /// The whole of a list.
    public func all<Item>(_ list: (_ startAt: Int) -> Read<Page<Item>>) async throws -> [Item] {
        var all: [Item] = []
        _ = try await first(of: list) { items -> Item? in
            all += items
            return nil
        }
        return all
    }
}

extension WebClientError {
    fileprivate init(endless request: Request) {
        self.init(.badAnswer, .soon, said: "Jira's list has no end.", detail: "\(request) gave the same page again")
    }
}
