// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import MailTransport
import Store

/// Destroys what is kept no longer, at the start and with each hour that begins, when periods end.
struct Sweeper: Sendable {
    let engine: Engine

    func run() async {
        while !Task.isCancelled {
            await sweep()
            let intoHour = engine.now.timeIntervalSince1970.truncatingRemainder(dividingBy: 3600)
            try? await engine.time.sleep(for: .seconds(3600 - intoHour))
        }
    }

    func sweep() async {
        do {
            let swept = try await engine.store.sweep()
            guard !swept.isNothing else { return }
            engine.logger.notice(
                "destroyed what is kept no longer",
                metadata: [
                    "tenants": "\(swept.tenants)", "keys": "\(swept.keys)", "letters-and-events": "\(swept.jobs)",
                    "records": "\(swept.records)",
                    "holdings": "\(swept.holdings)",
                    "files": "\(swept.files)", "unreadable-waiting": "\(swept.unreadable)",
                ])
        } catch {
            engine.logger.error(
                "what is kept no longer cannot be destroyed", metadata: ["error": "\(label(of: error))"])
        }
    }
}
