// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CShims

/// A text that a handle has for C callers, who may hold it until the next one is set.
public struct HandleText {
    private var text = ""
    private var copy: UnsafeMutablePointer<CChar>?

    public init() {}

    /// `handle` is the text's parent; nil once it has gone, with the text.
    public mutating func set(_ text: String, _ handle: OpaquePointer?) {
        if handle != nil { tallocFree(copy) }
        copy = nil
        self.text = text
    }

    /// "" where there is none, or no memory.
    public mutating func cString(_ handle: OpaquePointer?) -> UnsafePointer<CChar>? {
        guard let handle, !text.isEmpty else { return shim_empty_text() }
        if copy == nil { copy = tallocString(UnsafeRawPointer(handle), text) }
        return copy.map { UnsafePointer($0) } ?? shim_empty_text()
    }
}
