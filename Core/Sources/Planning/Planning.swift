// SPDX-License-Identifier: Apache-2.0

// Planning: what to do about a letter or an event, and why.
//
// Verbs: `read` makes a letter of a message; `decide` makes a plan of a letter or an event; `coalesce` joins events.
//
// Pure: the same letter, profile and facts give the same plan, in every process and on every day. What the planner
// does not know it asks for by throwing an `Inquiry`; it never looks anything up, and it cannot write. A letter is never
// lost here: each path ends in a plan with a disposition, and a finding that says why.

/// The stages in their order. A stage that refuses ends the decision; `answer` is asked even then.
public func decide(
    _ letter: Letter, under profile: Profile, knowing facts: Facts
) throws(Inquiry) -> Plan {
    var deliberation = Deliberation(letter, profile, facts)
    for stage in [screen, route, associate, identify, write, fill, attach, involve] as [DecisionStage] {
        if let refusal = try stage(&deliberation) {
            deliberation.refusal = refusal
            break
        }
    }
    try answer(&deliberation)
    return deliberation.plan()
}

typealias DecisionStage = (inout Deliberation) throws(Inquiry) -> Refusal?
