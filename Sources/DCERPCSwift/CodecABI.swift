// SPDX-License-Identifier: LGPL-3.0-or-later
// ndr.h: structures to bytes and back

public import CDCERPC
internal import CShims
internal import Client
internal import Marshalling
internal import NDR
internal import Transport
internal import Wire

/// What a `struct ndr_codec` is.
final class CodecObject: TallocObject {
    let codec: InterfaceCodec
    /// The same without counting: whoever calls holds this object.
    let uncounted: Unmanaged<InterfaceCodec>
    private let table: UnsafePointer<ndr_interface_table>
    /// Made for the first error of a pull.
    private var exact: InterfaceCodec?
    private var failure: NDRError?
    private var text: UnsafeMutablePointer<CChar>?

    static var type: TallocType<CodecObject> {
        TallocType("struct ndr_codec", magic: 0x6463_6572_7063_6364)
    }

    init(_ table: UnsafePointer<ndr_interface_table>) throws(NDRError) {
        self.table = table
        codec = try InterfaceCodec(table, environment: tallocMarshalling)
        uncounted = Unmanaged.passUnretained(codec)
    }

    func succeeded() { if failure != nil { failure = nil } }

    func failed(_ error: NDRError, _ status: NTSTATUS) -> NTSTATUS {
        failure = error
        return status
    }

    /// The error of a pull with the place of the very field: what failed once is read again, field by field, into memory
    /// that goes at once. Not where C functions marshal, which would be called twice.
    func placed(
        _ error: NDRError, _ size: Int,
        _ pull: (InterfaceCodec, UnsafeMutableRawPointer, UnsafeMutableRawPointer) throws(NDRError) -> Void
    ) -> NDRError {
        guard error.code != .alloc, table.pointee.num_hooks == 0, let frame = shim_talloc_new(nil) else { return error }
        defer { tallocFree(frame) }
        if exact == nil { exact = try? InterfaceCodec(table, isExact: true) }
        guard let exact, let value = tallocAllocator.allocate(frame, max(size, 1), nil) else { return error }
        value.initializeMemory(as: UInt8.self, repeating: 0, count: max(size, 1))
        do throws(NDRError) { try pull(exact, value, frame) } catch let again {
            return again.code == error.code ? again : error
        }
        return error
    }

    func errorText() -> UnsafePointer<CChar> {
        tallocFree(text)
        text = nil
        guard let failure, let handle else { return shim_empty_text() }
        text = tallocString(UnsafeRawPointer(handle), failure.description)
        return UnsafePointer(text) ?? shim_empty_text()
    }
}

/// The flags of ndr.h, checked.
private struct CodecFlags {
    var direction: Direction?
    var rules: Rules
    var options: PullOptions

    init?(_ flags: UInt32, allowed: UInt32) {
        let directions = UInt32(NDR_CODEC_IN | NDR_CODEC_OUT)
        guard flags & ~(allowed | directions) == 0, flags & directions != directions else { return nil }
        direction =
            flags & UInt32(NDR_CODEC_IN) != 0 ? .request : flags & UInt32(NDR_CODEC_OUT) != 0 ? .response : nil
        rules = Rules(
            ndr64: flags & UInt32(NDR_CODEC_NDR64) != 0, bigEndian: flags & UInt32(NDR_CODEC_BIG_ENDIAN) != 0)
        options = PullOptions(
            refAlloc: flags & UInt32(NDR_CODEC_REF_ALLOC) != 0,
            allowTrailing: flags & UInt32(NDR_CODEC_ALLOW_TRAILING) != 0)
    }

    static var encoding: UInt32 { UInt32(NDR_CODEC_NDR64 | NDR_CODEC_BIG_ENDIAN) }
    static var pulling: UInt32 { encoding | UInt32(NDR_CODEC_REF_ALLOC | NDR_CODEC_ALLOW_TRAILING) }
}

/// Of a table.
func status(refusing error: NDRError) -> NTSTATUS {
    switch error.code {
    case .newerFormat: return NTStatus.revisionMismatch
    case .alloc: return NTStatus.noMemory
    default: return NTStatus.invalidParameter
    }
}

private func status(pulling error: NDRError) -> NTSTATUS {
    switch error.code {
    case .alloc: return NTStatus.noMemory
    case .bufsize: return NTStatus.bufferTooSmall
    case .arraySize: return NTStatus.arrayBoundsExceeded
    case .range: return NTStatus.rangeNotFound
    case .noSuchType: return NTStatus.notFound
    default: return NTStatus.invalidParameter
    }
}

private func status(pushing error: NDRError) -> NTSTATUS {
    switch error.code {
    case .alloc: return NTStatus.noMemory
    case .noSuchType: return NTStatus.notFound
    default: return NTStatus.invalidParameter
    }
}

@c @implementation
public func ndr_codec_create(
    _ mem_ctx: UnsafeMutableRawPointer!, _ table: UnsafePointer<ndr_interface_table>!,
    _ codec: UnsafeMutablePointer<OpaquePointer?>!
) -> NTSTATUS {
    guard let table, let codec else { return NTStatus.invalidParameter }
    do throws(NDRError) {
        guard let handle = CodecObject.type.make(mem_ctx, try CodecObject(table)) else { return NTStatus.noMemory }
        codec.pointee = handle
        return NTStatus.ok
    } catch { return status(refusing: error) }
}

/// Pushes with `body` straight into memory of the caller's.
private func push(
    _ object: CodecObject, _ mem_ctx: UnsafeMutableRawPointer?, _ blob: UnsafeMutablePointer<DATA_BLOB>,
    _ body: (inout ByteWriter) throws(NDRError) -> Void
) -> NTSTATUS {
    var writer = ByteWriter(memory: WriterMemory(owner: mem_ctx, resize: shim_talloc_resize))
    do throws(NDRError) { try body(&writer) } catch {
        return object.failed(error, status(pushing: error))
    }
    object.succeeded()
    let count = writer.count
    blob.pointee = DATA_BLOB(data: writer.take()?.assumingMemoryBound(to: UInt8.self), length: count)
    return NTStatus.ok
}

@c @implementation
public func ndr_codec_push_call(
    _ codec: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ opnum: UInt32, _ flags: UInt32,
    _ r: UnsafeRawPointer!, _ blob: UnsafeMutablePointer<DATA_BLOB>!
) -> NTSTATUS {
    guard let object = CodecObject.type.object(of: codec), let r, let blob, opnum < UInt32(object.codec.callCount),
        let flags = CodecFlags(flags, allowed: CodecFlags.encoding), let direction = flags.direction
    else { return NTStatus.invalidParameter }
    return object.uncounted._withUnsafeGuaranteedRef { codec in
        push(object, mem_ctx, blob) { (writer) throws(NDRError) in
            try codec.push(Int(opnum), direction, flags.rules, from: r, into: &writer)
        }
    }
}

@c @implementation
public func ndr_codec_pull_call(
    _ codec: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ opnum: UInt32, _ flags: UInt32,
    _ data: UnsafePointer<UInt8>!, _ length: Int, _ r: UnsafeMutableRawPointer!
) -> NTSTATUS {
    guard let object = CodecObject.type.object(of: codec), let r, length >= 0, data != nil || length == 0,
        opnum < UInt32(object.codec.callCount), let flags = CodecFlags(flags, allowed: CodecFlags.pulling),
        let direction = flags.direction
    else { return NTStatus.invalidParameter }
    let stub = UnsafeRawBufferPointer(start: data, count: length)
    return object.uncounted._withUnsafeGuaranteedRef { codec in
        pull(object, codec, mem_ctx, stub, r, Int(opnum), direction, flags)
    }
}

private func pull(
    _ object: CodecObject, _ codec: InterfaceCodec, _ mem_ctx: UnsafeMutableRawPointer?, _ stub: UnsafeRawBufferPointer,
    _ r: UnsafeMutableRawPointer, _ opnum: Int, _ direction: Direction, _ flags: CodecFlags
) -> NTSTATUS {
    let pool = codec.poolSize(opnum, direction, flags.rules, stubLength: stub.count)
    // One parent for all that is pulled, so that an error frees all of it.
    guard let parent = pool > 0 ? shim_talloc_pool(mem_ctx, pool) : shim_talloc_new(mem_ctx) else {
        return NTStatus.noMemory
    }
    do throws(NDRError) {
        try codec.pull(
            opnum, direction, flags.rules, options: flags.options, from: stub, into: r, parent: parent,
            allocator: tallocAllocator)
        object.succeeded()
        return NTStatus.ok
    } catch {
        tallocFree(parent)
        // A response goes into references of the caller's.
        guard direction == .request || flags.options.refAlloc else {
            return object.failed(error, status(pulling: error))
        }
        let placed = object.placed(error, codec.structSize(opnum)) { (exact, value, frame) throws(NDRError) in
            try exact.pull(
                opnum, direction, flags.rules, options: flags.options, from: stub, into: value, parent: frame,
                allocator: tallocAllocator)
        }
        return object.failed(placed, status(pulling: error))
    }
}

@c @implementation
public func ndr_codec_push_type(
    _ codec: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ type: UnsafePointer<CChar>!, _ flags: UInt32,
    _ level: Int64, _ value: UnsafeRawPointer!, _ blob: UnsafeMutablePointer<DATA_BLOB>!
) -> NTSTATUS {
    guard let object = CodecObject.type.object(of: codec), let type, let value, let blob,
        let flags = CodecFlags(flags, allowed: CodecFlags.encoding)
    else { return NTStatus.invalidParameter }
    return push(object, mem_ctx, blob) { (writer) throws(NDRError) in
        try object.codec.push(
            type: String(cString: type), flags.rules, level: level, from: value, into: &writer)
    }
}

@c @implementation
public func ndr_codec_pull_type(
    _ codec: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ type: UnsafePointer<CChar>!, _ flags: UInt32,
    _ level: Int64, _ data: UnsafePointer<UInt8>!, _ length: Int, _ value: UnsafeMutableRawPointer!
) -> NTSTATUS {
    guard let object = CodecObject.type.object(of: codec), let type, let value, length >= 0,
        data != nil || length == 0, let flags = CodecFlags(flags, allowed: CodecFlags.pulling)
    else { return NTStatus.invalidParameter }
    guard let memory = shim_talloc_new(mem_ctx) else { return NTStatus.noMemory }
    do throws(NDRError) {
        try object.codec.pull(
            type: String(cString: type), flags.rules, level: level, options: flags.options,
            from: UnsafeRawBufferPointer(start: data, count: length), into: value, parent: memory,
            allocator: tallocAllocator)
        object.succeeded()
        return NTStatus.ok
    } catch {
        tallocFree(memory)
        let name = String(cString: type)
        let size = (try? object.codec.size(ofType: name)) ?? 0
        let placed = object.placed(error, size) { (exact, value, frame) throws(NDRError) in
            try exact.pull(
                type: name, flags.rules, level: level, options: flags.options,
                from: UnsafeRawBufferPointer(start: data, count: length), into: value, parent: frame,
                allocator: tallocAllocator)
        }
        return object.failed(placed, status(pulling: error))
    }
}

@c @implementation
public func ndr_codec_error_string(_ codec: OpaquePointer!) -> UnsafePointer<CChar>! {
    CodecObject.type.object(of: codec)?.errorText() ?? shim_empty_text()
}
