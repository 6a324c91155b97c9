// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// What the next line of a sign-in holds, in base64.
enum SignIn: Equatable {
    /// RFC 4616: nothing or the same name, NUL, name, NUL, password.
    case plain
    case loginUser
    case loginPassword(user: String)
}

extension SMTPServerMachine {
    private static let failuresBeforeClosing = 3

    mutating func startSignIn(_ mechanism: String, _ initial: String?) {
        guard rules.authentication != .none else { return refuse(SMTPServerReply.notOffered) }
        guard session.user == nil, transaction == nil else { return refuse(SMTPServerReply.notNow) }
        guard canSignIn else { return refuse(SMTPServerReply.encryptionNeeded) }
        guard session.isExtended else { return refuse(SMTPServerReply.greetFirst) }
        let step: SignIn
        switch mechanism {
        case "PLAIN": step = .plain
        case "LOGIN": step = .loginUser
        default: return refuse(SMTPServerReply.mechanismUnknown)
        }
        phase = .signIn(step)
        if let initial {
            // RFC 4954 §4: a lone `=` is a response of no bytes.
            continueSignIn(step, initial == "=" ? ByteBuffer() : ByteBuffer(string: initial))
        } else {
            reply(step == .plain ? SMTPServerReply.askForResponse : SMTPServerReply.askForUser)
        }
    }

    mutating func continueSignIn(_ step: SignIn, _ line: ByteBuffer) {
        phase = .commands
        rules.transcript.record(.client, "****")
        let text = line.text
        guard text != "*" else { return refuse(SMTPServerReply.signInCancelled) }
        guard let bytes = Data(base64Encoded: text), let words = String(bytes: bytes, encoding: .utf8) else {
            return refuse(SMTPServerReply.badBase64)
        }
        switch step {
        case .plain:
            let parts = words.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, parts[0].isEmpty || parts[0] == parts[1] else {
                return refuse(SMTPServerReply.signInFailed)
            }
            check(parts[1], parts[2])
        case .loginUser:
            phase = .signIn(.loginPassword(user: words))
            reply(SMTPServerReply.askForPassword)
        case .loginPassword(let user): check(user, words)
        }
    }

    private mutating func check(_ user: String, _ password: String) {
        guard !user.isEmpty, !password.isEmpty else { return refuse(SMTPServerReply.signInFailed) }
        phase = .checkingPassword(user: user)
        self.do(.checkPassword(user: user, password: password))
    }

    mutating func decide(signIn isRight: Bool) {
        guard case .checkingPassword(let user) = phase else { return }
        phase = .commands
        if isRight {
            session.user = user
            reply(SMTPServerReply.signedIn)
        } else {
            signInFailures += 1
            refuse(SMTPServerReply.signInFailed)
            if signInFailures >= Self.failuresBeforeClosing, case .commands = phase {
                close(saying: SMTPServerReply.tooManyErrors)
            }
        }
        if isStopping { shutDown() }
    }
}
