// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// Why a port cannot be listened on, as the end of a sentence.
public func whyNotListening(_ error: any Error) -> String {
    switch (error as? IOError)?.errnoCode {
    case EADDRINUSE: "another program has this port"
    case EACCES: "only root may use this port"
    case EADDRNOTAVAIL: "this machine does not have this address"
    default: "\(error)"
    }
}
