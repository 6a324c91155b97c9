// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A started program, and its end.
///
/// QUIRK: Foundation's `waitUntilExit` can hang on Linux when it is called on another thread than `run` was, which is
/// the rule in async code; so the end is heard from the termination handler.
final class ChildProcess: @unchecked Sendable {
    /// One program starts at a time: one that starts at the same moment inherits the other's pipes, and as long as it
    /// runs the other seems to run.
    static let starting = NSLock()

    private let process = Process()
    private let ended = DispatchSemaphore(value: 0)

    /// `output` takes what the program prints, errors included.
    init(_ command: [String], output: Any?, environment: [String: String] = [:]) throws {
        guard let program = Program.path(of: command[0]) else {
            throw ServerProcess.Failure(description: "\(command[0]) is not installed")
        }
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = output ?? FileHandle.nullDevice
        process.terminationHandler = { [ended] _ in ended.signal() }
        try runUnblocked()
    }

    /// On the threads that run tests nearly all signals are blocked, and a program inherits that: it could not be asked
    /// to end, and a server that is killed instead leaves its own children behind.
    private func runUnblocked() throws {
        var none = sigset_t()
        var former = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        try Self.starting.withLock { try process.run() }
    }

    var isRunning: Bool { process.isRunning }

    /// Waits for the end and gives the exit status.
    func wait() -> Int32 {
        ended.wait()
        ended.signal()
        return process.terminationStatus
    }

    /// Asks the program to end; one that does not within ten seconds is killed. Gives the exit status.
    func stop() -> Int32 { end(by: SIGTERM) }

    /// The same by another signal; of one that ended by a signal the status is its number.
    func end(by signal: Int32) -> Int32 {
        if process.isRunning { kill(process.processIdentifier, signal) }
        if ended.wait(timeout: .now() + 10) == .timedOut {
            kill(process.processIdentifier, SIGKILL)
            ended.wait()
        }
        ended.signal()
        return process.terminationStatus
    }
}
