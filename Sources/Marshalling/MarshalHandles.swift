// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import CShims
public import NDR
public import Transport

/// What a `struct ndr_push` is.
public final class PushHandle: TallocObject {
    public let context: PushContext

    public static var type: TallocType<PushHandle> {
        TallocType("struct ndr_push", magic: 0x6463_6572_7063_7073)
    }

    /// A handle for the context; nil when out of memory.
    public static func make(_ parent: UnsafeRawPointer?, _ context: PushContext) -> OpaquePointer? {
        let handle = type.make(parent, PushHandle(context))
        context.handle = handle
        return handle
    }

    private init(_ context: PushContext) { self.context = context }

    private var text: UnsafeMutablePointer<CChar>?

    /// What the last error was, as a chunk of the handle's.
    public func errorText() -> UnsafePointer<CChar>? {
        tallocFree(text)
        text = handle.flatMap { tallocString(UnsafeRawPointer($0), context.message) }
        return UnsafePointer(text)
    }

    public override func handleFreed() { context.handle = nil }
}

/// What a `struct ndr_pull` is.
public final class PullHandle: TallocObject {
    public let context: PullContext

    public static var type: TallocType<PullHandle> {
        TallocType("struct ndr_pull", magic: 0x6463_6572_7063_706c)
    }

    public static func make(_ parent: UnsafeRawPointer?, _ context: PullContext) -> OpaquePointer? {
        let handle = type.make(parent, PullHandle(context))
        context.handle = handle
        return handle
    }

    private init(_ context: PullContext) { self.context = context }

    private var text: UnsafeMutablePointer<CChar>?

    /// What the last error was, as a chunk of the handle's.
    public func errorText() -> UnsafePointer<CChar>? {
        tallocFree(text)
        text = handle.flatMap { tallocString(UnsafeRawPointer($0), context.message) }
        return UnsafePointer(text)
    }

    public override func handleFreed() { context.handle = nil }
}

/// What a `struct ndr_print` is.
public final class PrintHandle: TallocObject {
    public let context: PrintContext

    public static var type: TallocType<PrintHandle> {
        TallocType("struct ndr_print", magic: 0x6463_6572_7063_7072)
    }

    public static func make(_ parent: UnsafeRawPointer?, _ context: PrintContext) -> OpaquePointer? {
        let handle = type.make(parent, PrintHandle(context))
        context.handle = handle
        return handle
    }

    private init(_ context: PrintContext) { self.context = context }

    public override func handleFreed() { context.handle = nil }
}

/// How C functions marshal everywhere in the library: contexts are talloc chunks, as libndr's users expect.
public let tallocMarshalling = MarshalEnvironment(
    pushHandle: { PushHandle.make(nil, $0) }, pullHandle: { PullHandle.make(nil, $0) },
    printHandle: { PrintHandle.make(nil, $0) }, free: { tallocFree(UnsafeMutableRawPointer($0)) },
    allocator: tallocAllocator)

/// Memory of talloc for what is pulled.
public let tallocAllocator = Allocator { parent, size, name in shim_talloc_size(parent, size, name) }
