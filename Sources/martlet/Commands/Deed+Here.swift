// SPDX-License-Identifier: Apache-2.0

import Foundation
import Store

extension Deed {
    /// Done by who sits at this machine.
    static func here(_ what: String, about: String = "") -> Deed {
        let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())"
        let asked = ProcessInfo.processInfo.environment["SUDO_USER"].map { " for \($0)" } ?? ""
        return Deed(by: "\(user)\(asked) at the machine", what: what, about: about)
    }
}
