// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Planning
import Store

/// What an admin is told of work that waits for a day, a week or 25 days.
enum WaitingWords {
    /// Nil where nothing of this line waits for so long.
    static func of(_ store: TenantStore, _ line: Line) async throws -> String? {
        for days in waitingAges.reversed() {
            var waiting = try await store.waiting(longerThan: days)
            if line == .letter { waiting.events = 0 } else { waiting.letters = 0 }
            if waiting.isNothing { continue }
            let isOne = waiting.letters + waiting.events == 1
            return
                "\(waiting.words) \(isOne ? "waits" : "wait") for more than \(days == 1 ? "a day" : "\(days) days"). "
                + "What waits is kept until it is done or discarded."
        }
        return nil
    }
}
