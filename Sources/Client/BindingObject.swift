// SPDX-License-Identifier: LGPL-3.0-or-later

public import Binding
internal import CShims
public import Transport

/// What a `struct dcerpc_binding` is.
public final class BindingObject: TallocObject {
    public var binding: ServerBinding
    public var credentials: ClientCredentials?
    /// Option texts that C callers hold, children of the handle: one for each option ever asked for.
    private var texts: [(option: String, text: String, copy: UnsafeMutablePointer<CChar>)] = []

    public static var type: TallocType<BindingObject> {
        TallocType("struct dcerpc_binding", magic: 0x6463_6572_7062_6e64)
    }

    /// Why the last connect has failed, and its text in C.
    public var connectError = "" {
        didSet {
            // The text has gone with its handle.
            if handle != nil { tallocFree(connectErrorText) }
            connectErrorText = nil
        }
    }
    private var connectErrorText: UnsafeMutablePointer<CChar>?

    public init(_ binding: ServerBinding, credentials: ClientCredentials? = nil) {
        self.binding = binding
        self.credentials = credentials
    }

    /// `connectError`, until the next time; nil when out of memory.
    public var connectErrorCString: UnsafePointer<CChar>? {
        guard let handle else { return nil }
        if connectErrorText == nil { connectErrorText = tallocString(UnsafeRawPointer(handle), connectError) }
        return connectErrorText.map { UnsafePointer($0) }
    }

    /// An option's value as a C string that belongs to the handle; nil when it is not set, or out of memory.
    public func cString(of option: String) -> UnsafePointer<CChar>? {
        guard let value = binding.option(option), let handle else { return nil }
        let index = texts.firstIndex { $0.option == option }
        if let index, texts[index].text == value { return UnsafePointer(texts[index].copy) }
        guard let copy = tallocString(UnsafeRawPointer(handle), value) else { return nil }
        if let index {
            tallocFree(texts[index].copy)
            texts[index] = (option, value, copy)
        } else {
            texts.append((option, value, copy))
        }
        return UnsafePointer(copy)
    }
}
