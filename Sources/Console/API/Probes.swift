// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import HTTPTypes
import Hummingbird
import Planning
import Store

/// For load balancers and Prometheus: whether the process is up, whether it can work, and its figures.
struct Probes: Sendable {
    let engine: Engine
    let startedAt: Date
    let now: @Sendable () -> Date

    func add(to doors: Doors) {
        doors.open(.health) { _, _ in answer("ok\n", type: "text/plain; charset=utf-8") }
        doors.open(.ready) { _, _ in
            do {
                _ = try await engine.store.nextDue(.letter)
                return answer("ready\n", type: "text/plain; charset=utf-8")
            } catch {
                return answer("the store cannot be read\n", type: "text/plain; charset=utf-8", .serviceUnavailable)
            }
        }
        doors.open(.metrics) { _, _ in
            let figures = try await Metrics(of: engine, at: now(), uptime: now().timeIntervalSince(startedAt))
            return answer(figures.text, type: "text/plain; version=0.0.4; charset=utf-8")
        }
    }
}
