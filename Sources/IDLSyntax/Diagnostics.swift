// SPDX-License-Identifier: LGPL-3.0-or-later

/// A place in a source file; lines and columns count from 1.
public struct SourcePosition: Hashable, Sendable {
    public var file: String
    public var line: Int
    public var column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

public struct Diagnostic: Hashable, Sendable {
    public enum Severity: String, Sendable {
        case error
        case warning
    }

    public var severity: Severity
    public var position: SourcePosition
    public var message: String
    public var hint: String?

    /// `file:line:col: error: message`, and the hint on a line of its own.
    public var text: String {
        let line = "\(position.file):\(position.line):\(position.column): \(severity.rawValue): \(message)"
        guard let hint else { return line }
        return line + "\n    hint: " + hint
    }
}

/// Collects what is wrong, in the order in which it was found; the same thing at the same place is told once.
public final class Diagnostics {
    public private(set) var all: [Diagnostic] = []
    public private(set) var errorCount = 0
    private var seen: Set<Diagnostic> = []
    private let limit: Int
    private var kept: [Diagnostic.Severity: Int] = [:]
    private var quietErrors: Int?

    public init(limit: Int = 100) {
        self.limit = limit
    }

    public var hasErrors: Bool { errorCount > 0 }

    /// How many errors `body` would have reported; nothing of it is kept.
    public func errorsHidden(in body: () -> Void) -> Int {
        let before = quietErrors
        quietErrors = 0
        body()
        defer { quietErrors = before }
        return quietErrors ?? 0
    }

    /// Every error has a hint: what to do about it.
    public func error(_ position: SourcePosition, _ message: String, hint: String) {
        if let count = quietErrors {
            quietErrors = count + 1
            return
        }
        errorCount += 1
        add(Diagnostic(severity: .error, position: position, message: message, hint: hint))
    }

    public func warning(_ position: SourcePosition, _ message: String, hint: String? = nil) {
        add(Diagnostic(severity: .warning, position: position, message: message, hint: hint))
    }

    private func add(_ diagnostic: Diagnostic) {
        // Each kind has its own limit: many warnings hide no error.
        guard quietErrors == nil, kept[diagnostic.severity, default: 0] < limit, seen.insert(diagnostic).inserted
        else { return }
        kept[diagnostic.severity, default: 0] += 1
        all.append(diagnostic)
    }
}
