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

    private var connectError = HandleText()

    public init(_ binding: ServerBinding, credentials: ClientCredentials? = nil) {
        self.binding = binding
        self.credentials = credentials
    }

    /// Why the last connect has failed; "": it has not.
    public func report(_ reason: String) { connectError.set(reason, handle) }
    public var connectErrorCString: UnsafePointer<CChar>? { connectError.cString(handle) }

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
