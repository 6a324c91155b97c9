// SPDX-License-Identifier: Apache-2.0

/// All addresses of the console, and who may use each.
enum Route: String, CaseIterable, Sendable {
    case home = "/"
    case styleSheet = "/style.css"
    case health = "/health"
    case ready = "/ready"
    case metrics = "/metrics"
    case webhook = "/hooks/jira/:token"

    case signInPage = "/sign-in"
    case signIn = "POST /sign-in"
    case signOut = "POST /sign-out"

    case letters = "/letters"
    case letter = "/letters/:job"
    case letterHTML = "/letters/:job/html"
    case letterText = "/letters/:job/text"
    case letterSource = "/letters/:job/source"
    case letterFile = "/letters/:job/message.eml"
    case letterMail = "/letters/:job/mail"
    case caseEnvelope = "/letters/:job/envelope.json"
    case caseProfile = "/letters/:job/profile.json"
    case caseFacts = "/letters/:job/facts.json"
    case caseReport = "/letters/:job/report.json"
    case rerunLetter = "POST /letters/:job/rerun"
    case retryLetter = "POST /letters/:job/retry"
    case discardLetter = "POST /letters/:job/discard"

    case events = "/events"
    case event = "/events/:job"
    case eventMail = "/events/:job/mail"
    case retryEvent = "POST /events/:job/retry"
    case discardEvent = "POST /events/:job/discard"

    case sources = "/sources"
    case configuration = "/configuration"
    case stopAuditing = "POST /configuration/auditing/stop"
    case setTerms = "POST /configuration/terms"
    case connect = "POST /configuration/connect"
    case connected = "/configuration/connected"
    case consented = "/oauth/callback"

    case trail = "/trail"

    case installation = "/installation"
    case installationTrail = "/installation/trail"
    case resumeAuditing = "POST /installation/auditing/resume"
    case removeTenant = "POST /installation/tenants/remove"

    var isPost: Bool { self == .webhook || rawValue.hasPrefix("POST ") }

    /// As the router takes it.
    var path: String { rawValue.split(separator: " ").last.map(String.init) ?? rawValue }

    /// What is not named here is for tenant admins, who see most: a new route is never open by oversight.
    var access: Access {
        switch self {
        case .styleSheet, .health, .ready, .metrics, .webhook, .signInPage, .signIn, .consented: .everyone
        case .home, .signOut: .signedIn
        case .installation, .installationTrail, .resumeAuditing, .removeTenant: .operators
        default: .tenantAdmins
        }
    }

    /// What goes into the trail when it is asked for: what changes something, and what shows a whole letter.
    var deed: ConsoleDeed? {
        switch self {
        case .signOut: .signOut
        case .letterHTML, .letterText, .letterSource, .letterMail, .eventMail: .readLetter
        case .letterFile: .downloadLetter
        case .caseEnvelope, .caseProfile, .caseFacts, .caseReport: .makeCase
        case .rerunLetter: .rerunLetter
        case .retryLetter, .retryEvent: .retry
        case .discardLetter, .discardEvent: .discard
        case .stopAuditing: .stopAuditing
        case .setTerms: .setTerms
        case .connect, .connected: .connect
        case .resumeAuditing: .resumeAuditing
        case .removeTenant: .removeTenant
        case .home, .styleSheet, .health, .ready, .metrics, .webhook, .signInPage, .signIn, .letters, .letter, .events,
            .event, .sources, .configuration, .consented, .trail, .installation, .installationTrail:
            nil
        }
    }

    /// Probes may come by plain HTTP from anywhere: their answers say nothing about anybody.
    var isProbe: Bool { [.health, .ready, .metrics].contains(self) }

    /// The address with its job filled in.
    func of(_ job: some CustomStringConvertible) -> String {
        path.replacing(":job", with: "\(job)")
    }
}

/// Who may use a route.
enum Access: Sendable {
    case everyone
    case signedIn
    case operators
    case tenantAdmins
}
