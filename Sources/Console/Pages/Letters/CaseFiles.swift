// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Hummingbird
import NIOCore
import Planning
import Store

/// What makes a case of a letter, beside its bytes: its envelope, the profile, what was known, what was decided.
/// `martlet case run` reads them.
struct CaseFiles: Sendable {
    func add(to doors: Doors) {
        doors.admins(.caseEnvelope) { ask, visit in
            let job = try await FoundWork(ask.jobID, .letter, visit.store).id
            return try file("envelope.json", try await visit.store.origin(of: job).envelope)
        }
        doors.admins(.caseProfile) { ask, visit in
            let kept = try await plan(ask, visit)
            guard let profile = visit.setup.profile(kept.decider) else { throw Refused.notThere }
            return try file("profile.json", profile)
        }
        doors.admins(.caseFacts) { ask, visit in try file("facts.json", try await plan(ask, visit).facts) }
        doors.admins(.caseReport) { ask, visit in try file("report.json", try await plan(ask, visit).plan) }
    }

    private func plan(_ ask: Ask, _ visit: AdminVisit) async throws -> KeptPlan {
        guard let plan = try await FoundWork(ask.jobID, .letter, visit.store).plan else { throw Refused.notThere }
        return plan
    }

    private func file(_ name: String, _ value: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return download(
            name, type: "application/json",
            ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value) + Data("\n".utf8))))
    }
}
