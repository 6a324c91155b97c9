// SPDX-License-Identifier: Apache-2.0

import Foundation

extension MasterKey {
    /// What a program prints: one that asks a key service for it.
    ///
    /// It is started without a shell, with our environment and an empty input. What it says of errors is thrown away, since
    /// nobody knows what else stands there.
    ///
    /// - Parameters:
    ///   - command: The program's whole path, and its arguments.
    ///   - limit: After that it is killed, with all that it started.
    public static func fetch(by command: [String], within limit: Duration = .seconds(15)) throws(VaultError)
        -> MasterKey
    {
        let name = command.first ?? ""
        guard name.hasPrefix("/") else {
            throw VaultError(
                .masterKeyMissing, "The program that fetches the master key needs its whole path: \"\(name)\" is none.")
        }
        let program = try RunningProgram(command)
        let printed: [UInt8]
        do {
            printed = try program.output(upTo: 1_024, by: .now + limit)
        } catch {
            program.kill()
            throw VaultError(
                .masterKeyMissing, "The program \(name), which fetches the master key, \(error.words(limit)).")
        }
        do {
            return try MasterKey(text: String(decoding: printed, as: UTF8.self))
        } catch {
            throw VaultError(
                error.code,
                "What the program \(name) printed is no master key: that is 32 bytes, written as 64 hex digits or in base64."
            )
        }
    }
}

private enum ProgramFault: Error {
    case unread(Int32), tooMuch, tooLong, failed(Int32), killed(Int32)

    /// After the program's name.
    func words(_ limit: Duration) -> String {
        switch self {
        case .unread(let number): "cannot be read from: \(systemReason(number))"
        case .tooMuch: "printed more than 1 KB, and was ended"
        case .tooLong: "did not end within \("\(limit)".replacing(".0 ", with: " ")), and was ended"
        case .failed(let status): "failed with status \(status)"
        case .killed(let signal): "was ended by signal \(signal)"
        }
    }
}

/// A program in a group of its own, whose output comes by a pipe.
private final class RunningProgram: Sendable {
    private let id: pid_t
    private let output: Int32
    private let end: Ending

    /// Waits on a thread of its own, since nothing else waits for a process and for a time.
    private final class Ending: @unchecked Sendable {
        private let hasEnded = DispatchSemaphore(value: 0)
        private var status: Int32 = 0

        init(of id: pid_t) {
            Thread.detachNewThread { [self] in
                while waitpid(id, &status, 0) < 0, errno == EINTR {}
                hasEnded.signal()
            }
        }

        func wait(for time: Duration) -> Int32? {
            let milliseconds = max(0, Int(time / .milliseconds(1)))
            guard hasEnded.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else { return nil }
            return status
        }
    }

    init(_ command: [String]) throws(VaultError) {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) != 0 { throw .system(errno, "pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var id = pid_t()
        let failure = spawn(&id, command, printingTo: ends[1])
        close(ends[1])
        if failure != 0 {
            close(ends[0])
            throw VaultError(
                .masterKeyMissing,
                "The program \(command[0]), which fetches the master key, cannot be started: \(systemReason(failure)).")
        }
        self.id = id
        output = ends[0]
        end = Ending(of: id)
    }

    deinit { close(output) }

    func kill() { _ = Foundation.kill(-id, SIGKILL) }

    /// All that it prints, once it has ended well.
    func output(upTo limit: Int, by deadline: ContinuousClock.Instant) throws(ProgramFault) -> [UInt8] {
        var printed: [UInt8] = []
        while true {
            let piece = try read(by: deadline)
            if piece.isEmpty { break }
            printed += piece
            if printed.count > limit { throw .tooMuch }
        }
        guard let status = end.wait(for: deadline - .now) else { throw .tooLong }
        if status & 0x7F != 0 { throw .killed(status & 0x7F) }
        if status != 0 { throw .failed(status >> 8 & 0xFF) }
        return printed
    }

    /// What comes next; nothing at the end.
    private func read(by deadline: ContinuousClock.Instant) throws(ProgramFault) -> [UInt8] {
        while true {
            let left = Int32(clamping: Int((deadline - .now) / .milliseconds(1)))
            var wanted = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let ready = poll(&wanted, 1, max(0, left))
            if ready < 0, errno != EINTR { throw .unread(errno) }
            if ready == 0, left <= 0 { throw .tooLong }
            guard ready > 0 else { continue }
            var piece = [UInt8](repeating: 0, count: 512)
            let count = Foundation.read(output, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw .unread(errno) }
            return Array(piece.prefix(count))
        }
    }
}

/// Gives an `errno`, or 0. What is ignored or blocked here is not so there, and no other file of ours is open there.
private func spawn(_ id: inout pid_t, _ command: [String], printingTo output: Int32) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    for file in open.compactMap(Int32.init) where file > 2 { posix_spawn_file_actions_addclose(&actions, file) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (blocked, usual) = (sigset_t(), sigset_t())
    sigemptyset(&blocked)
    sigemptyset(&usual)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD] { sigaddset(&usual, signal) }
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setsigdefault(&attributes, &usual)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let arguments = command.map { strdup($0) }
    let environment = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") }
    defer { (arguments + environment).forEach { free($0) } }
    return posix_spawn(&id, command[0], &actions, &attributes, arguments + [nil], environment + [nil])
}
