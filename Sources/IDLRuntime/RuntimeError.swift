// SPDX-License-Identifier: LGPL-3.0-or-later

/// What is wrong with an IDL file or a JSON text, in one sentence.
public struct RuntimeError: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}
