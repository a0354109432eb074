// SPDX-License-Identifier: LGPL-3.0-or-later
// ndr_marshal.h: subcontexts, compression, tokens

public import CDCERPC
internal import CShims
internal import Compression
internal import Marshalling
internal import NDR
internal import Transport
internal import Wire

@c @implementation
public func ndr_push_subcontext_start(
    _ ndr: OpaquePointer?, _ subndr: UnsafeMutablePointer<OpaquePointer?>?, _ header_size: Int, _ size_is: Int
) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        guard let subndr else { throw .invalidPointer }
        subndr.pointee = try context.startSubcontext(header_size, size: size_is)
    }
}

@c @implementation
public func ndr_push_subcontext_end(
    _ ndr: OpaquePointer?, _ subndr: OpaquePointer?, _ header_size: Int, _ size_is: Int
) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        guard let content = pushContext(subndr) else { throw .invalidPointer }
        try context.endSubcontext(content, header_size, size: size_is)
    }
}

@c @implementation
public func ndr_pull_subcontext_start(
    _ ndr: OpaquePointer?, _ subndr: UnsafeMutablePointer<OpaquePointer?>?, _ header_size: Int, _ size_is: Int
) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard let subndr else { throw .invalidPointer }
        subndr.pointee = try context.startSubcontext(header_size, size: size_is)
    }
}

@c @implementation
public func ndr_pull_subcontext_end(
    _ ndr: OpaquePointer?, _ subndr: OpaquePointer?, _ header_size: Int, _ size_is: Int
) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard let content = pullContext(subndr) else { throw .invalidPointer }
        try context.endSubcontext(content, header_size, size: size_is)
    }
}

// MARK: Compression

private func algorithm(_ number: UInt32) throws(NDRErrorCode) -> CompressionAlgorithm {
    guard let algorithm = CompressionAlgorithm(rawValue: number) else { throw .compression }
    return algorithm
}

@c @implementation
public func ndr_push_compression_start(
    _ subndr: OpaquePointer?, _ comndr: UnsafeMutablePointer<OpaquePointer?>?, _ compression_alg: UInt32,
    _ decompressed_len: Int
) -> ndr_err_code {
    pushing(subndr) { (context) throws(NDRErrorCode) in
        guard let comndr else { throw .invalidPointer }
        _ = try algorithm(compression_alg)
        comndr.pointee = try context.startSubcontext(0, size: -1)
    }
}

@c @implementation
public func ndr_push_compression_end(
    _ subndr: OpaquePointer?, _ comndr: OpaquePointer?, _ compression_alg: UInt32, _ decompressed_len: Int
) -> ndr_err_code {
    pushing(subndr) { (context) throws(NDRErrorCode) in
        guard let plain = pushContext(comndr), plain !== context else { throw .invalidPointer }
        let algorithm = try algorithm(compression_alg)
        var writer = ByteWriter()
        do throws(CompressionError) {
            try algorithm.compress(UnsafeRawBufferPointer(plain.bytes), into: &writer)
        } catch { throw error == .outOfMemory ? .alloc : .compression }
        try context.push(bytes: writer.bytes.baseAddress, writer.count)
    }
}

@c @implementation
public func ndr_pull_compression_start(
    _ subndr: OpaquePointer?, _ comndr: UnsafeMutablePointer<OpaquePointer?>?, _ compression_alg: UInt32,
    _ decompressed_len: Int, _ compressed_len: Int
) -> ndr_err_code {
    pulling(subndr) { (context) throws(NDRErrorCode) in
        guard let comndr else { throw .invalidPointer }
        let algorithm = try algorithm(compression_alg)
        let length = compressed_len < 0 ? context.remaining : compressed_len
        guard decompressed_len >= 0, length <= context.remaining else { throw .compression }
        let input = UnsafeRawBufferPointer(start: try context.view(length), count: length)
        // It counts as memory that the bytes make a pull allocate.
        guard let handle = context.handle, let plain = context.allocate(1, max(decompressed_len, 1), "compressed data")
        else { throw .alloc }
        do throws(CompressionError) {
            try algorithm.decompress(
                input, into: UnsafeMutableRawBufferPointer(start: plain, count: decompressed_len))
        } catch {
            tallocFree(plain)
            throw error == .outOfMemory ? .alloc : .compression
        }
        comndr.pointee = try context.startContext(
            over: UnsafeRawBufferPointer(start: plain, count: decompressed_len), handle)
    }
}

@c @implementation
public func ndr_pull_compression_end(
    _ subndr: OpaquePointer?, _ comndr: OpaquePointer?, _ compression_alg: UInt32, _ decompressed_len: Int
) -> ndr_err_code {
    pulling(subndr) { (context) throws(NDRErrorCode) in
        guard let plain = pullContext(comndr), plain !== context else { throw .invalidPointer }
        context.budget = min(context.budget, plain.budget)
    }
}

// MARK: Tokens

/// What a `struct ndr_token_list` is.
private final class TokenList: TallocObject {
    var tokens = Tokens()

    static var type: TallocType<TokenList> { TallocType("struct ndr_token_list", magic: 0x6463_6572_7063_746b) }
}

private func tokens(
    _ list: UnsafeMutablePointer<OpaquePointer?>?, _ body: (TokenList) throws(NDRErrorCode) -> Void
) -> ndr_err_code {
    guard let list, let object = TokenList.type.object(of: list.pointee) else { return NDR_ERR_TOKEN }
    do throws(NDRErrorCode) { try body(object) } catch { return error.code }
    return NDR_ERR_SUCCESS
}

@c @implementation
public func ndr_token_store(
    _ mem_ctx: UnsafeMutableRawPointer?, _ list: UnsafeMutablePointer<OpaquePointer?>?, _ key: UnsafeRawPointer?,
    _ value: UInt32
) -> ndr_err_code {
    guard let list else { return NDR_ERR_INVALID_POINTER }
    if list.pointee == nil { list.pointee = TokenList.type.make(mem_ctx, TokenList()) }
    guard list.pointee != nil else { return NDR_ERR_ALLOC }
    return tokens(list) { (object) throws(NDRErrorCode) in try object.tokens.store(key, value) }
}

@c @implementation
public func ndr_token_retrieve(
    _ list: UnsafeMutablePointer<OpaquePointer?>?, _ key: UnsafeRawPointer?, _ v: UnsafeMutablePointer<UInt32>?
) -> ndr_err_code {
    tokens(list) { (object) throws(NDRErrorCode) in
        guard let v else { throw .invalidPointer }
        v.pointee = try object.tokens.take(key)
    }
}

@c @implementation
public func ndr_token_peek(
    _ list: UnsafeMutablePointer<OpaquePointer?>?, _ key: UnsafeRawPointer?, _ v: UnsafeMutablePointer<UInt32>?
) -> ndr_err_code {
    tokens(list) { (object) throws(NDRErrorCode) in
        guard let v else { throw .invalidPointer }
        v.pointee = try object.tokens.peek(key)
    }
}
