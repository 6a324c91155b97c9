// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Synchronization

/// Ends the program, and says where it was, when something takes longer than it ever should.
final class Watch: Sendable {
    private struct State {
        var step = "the start"
        var hasEnded = false
    }

    private let state = Mutex(State())

    init(over what: String, for seconds: Double) {
        // By a thread of Dispatch's own: tasks may be what hangs.
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) {
            let step = self.state.withLock { $0.hasEnded ? nil : $0.step }
            guard let step else { return }
            let words = "\(what) did not end within \(Int(seconds)) seconds; this was going on: \(step)\n"
            FileHandle.standardError.write(Data(words.utf8))
            exit(1)
        }
    }

    func note(_ step: String) {
        state.withLock { $0.step = step }
    }

    func end() {
        state.withLock { $0.hasEnded = true }
    }
}
