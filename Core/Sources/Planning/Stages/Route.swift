// SPDX-License-Identifier: Apache-2.0

/// Which project is the letter for? So far each profile has its default mapping only.
func route(_ it: inout Deliberation) throws(Inquiry) -> Refusal? {
    it.find(.defaultMapping(it.profile.project))
    return nil
}
