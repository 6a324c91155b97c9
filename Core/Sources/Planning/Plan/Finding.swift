// SPDX-License-Identifier: Apache-2.0

/// One line of the report: what a stage saw and concluded. The id is stable, the text is for people.
public struct Finding: Hashable, Sendable, Codable {
    public let stage: Stage
    public let id: String
    public let text: String

    init(_ stage: Stage, _ id: String, _ text: String) {
        self.stage = stage
        self.id = "\(stage.rawValue).\(id)"
        self.text = text
    }
}

/// The stages of a decision, in their order.
public enum Stage: String, Sendable, Codable, CaseIterable {
    case screen, route, associate, identify, write, fill, attach, involve, answer
    /// The one stage of a notice beside `screen` and `write`: who is told.
    case address
}
