// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOPosix

/// A real server program that runs on loopback for one test.
///
///     let server = try await ServerProcess.start(
///         ["dovecot", "-F", "-c", folder.path("dovecot.conf")], in: folder, listeningOn: port)
///     defer { server.stop() }
public final class ServerProcess: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    private let process: ChildProcess
    private let stopCommand: [String]
    private let log: String

    private init(_ process: ChildProcess, stopCommand: [String], log: String) {
        self.process = process
        self.stopCommand = stopCommand
        self.log = log
    }

    /// Starts the program and waits until its port takes connections, and until it has printed `words` if these are given.
    ///
    /// A program that goes to the background by itself needs `stopCommand`; others end with their process.
    public static func start(
        _ command: [String], in folder: TemporaryFolder, listeningOn port: Int, stopCommand: [String] = [],
        environment: [String: String] = [:], saying words: String = "", within limit: Duration = .seconds(20)
    ) async throws -> ServerProcess {
        let log = folder.path("\(command[0].split(separator: "/").last ?? "server").log")
        let process = try launch(command, output: log, environment: environment)
        let server = ServerProcess(process, stopCommand: stopCommand, log: log)
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while clock.now < deadline {
            if await answers(port), words.isEmpty || server.output.contains(words) { return server }
            let ended = !process.isRunning
            if ended, stopCommand.isEmpty || process.wait() != 0 { break }
            try await clock.sleep(for: .milliseconds(20))
        }
        server.stop()
        throw Failure(description: "\(command.joined(separator: " ")) does not answer on \(port):\n\(server.output)")
    }

    /// What the program has printed so far.
    public var output: String {
        (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    }

    /// Ends the program, waits for its end and gives the exit status.
    @discardableResult
    public func stop() -> Int32 {
        if !stopCommand.isEmpty, let stopping = try? Self.launch(stopCommand, output: log + ".stop", environment: [:]) {
            _ = stopping.wait()
        }
        return process.stop()
    }

    /// Ends it as a crash does, and gives the signal's number when it is gone.
    @discardableResult
    public func crash(by signal: Int32) -> Int32 { process.end(by: signal) }

    private static func launch(
        _ command: [String], output: String, environment: [String: String]
    ) throws -> ChildProcess {
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        return try ChildProcess(command, output: FileHandle(forWritingAtPath: output), environment: environment)
    }

    private static func answers(_ port: Int) async -> Bool {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        guard let channel = try? await bootstrap.connect(host: "127.0.0.1", port: port).get() else { return false }
        try? await channel.close().get()
        return true
    }
}
