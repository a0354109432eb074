// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CShims
internal import CTalloc

/// An object that a talloc chunk, the caller's handle, owns: retained once, let go in the chunk's destructor.
///
/// `talloc_free()` of the handle or of any parent of it ends in `handleFreed()` and then a release. Neither that nor a
/// `deinit` may free talloc memory: talloc is in the middle of freeing.
open class TallocObject {
    /// The chunk: what C callers hold, and a talloc context for what belongs to the object. nil once it is freed.
    public final fileprivate(set) var handle: OpaquePointer?

    public init() {}

    /// The caller has freed the handle. Here an object with reference cycles (a connection in its loop) breaks them.
    open func handleFreed() {}
}

/// A kind of handle: the C name, which is the talloc name and ABI, and a number that no other kind has.
public struct TallocType<Object: TallocObject> {
    public let name: StaticString
    public let magic: UInt64

    @inlinable
    public init(_ name: StaticString, magic: UInt64) {
        self.name = name
        self.magic = magic
    }

    /// A handle for `object` under `parent`; nil when out of memory.
    public func make(_ parent: UnsafeRawPointer?, _ object: Object) -> OpaquePointer? {
        let retained = Unmanaged.passRetained(object as TallocObject)
        let chunk = name.withUTF8Buffer { text in
            // A StaticString's bytes end in NUL and live for ever.
            text.withMemoryRebound(to: CChar.self) {
                shim_object_create(parent, $0.baseAddress, magic, retained.toOpaque(), releaseObject)
            }
        }
        guard let chunk else {
            retained.release()
            return nil
        }
        let handle = OpaquePointer(chunk)
        object.handle = handle
        return handle
    }

    /// The object behind a handle; nil for NULL, a handle of another kind, or one that is being freed.
    public func object(of handle: OpaquePointer?) -> Object? {
        guard let pointer = shim_object_get(UnsafeRawPointer(handle), magic) else { return nil }
        return unsafeDowncast(Unmanaged<TallocObject>.fromOpaque(pointer).takeUnretainedValue(), to: Object.self)
    }
}

private func releaseObject(_ pointer: UnsafeMutableRawPointer?) {
    guard let pointer else { return }
    let object = Unmanaged<TallocObject>.fromOpaque(pointer).takeRetainedValue()
    object.handle = nil
    object.handleFreed()
}

/// A copy of `text` as a C string under `parent`; nil when out of memory.
public func tallocString(_ parent: UnsafeRawPointer?, _ text: String) -> UnsafeMutablePointer<CChar>? {
    text.withCString { talloc_strdup(parent, $0) }
}

/// Frees a chunk; nil is no error.
public func tallocFree(_ pointer: UnsafeMutableRawPointer?) {
    _ = shim_talloc_free(pointer)
}
