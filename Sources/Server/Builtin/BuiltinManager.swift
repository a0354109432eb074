// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CShims
internal import Transport

/// An interface that the library serves itself: through the same tables as a caller's, without the detour over C.
protocol BuiltinManager: AnyObject {
    /// Functions that it does not serve answer nca_s_op_rng_error.
    func serves(_ opnum: Int) -> Bool
    /// Fills the arguments' [out] part; the code of a fault, or nil for a response.
    func serve(_ call: BuiltinCall) -> UInt32?
}

/// One call of such an interface.
struct BuiltinCall {
    var opnum: Int
    /// The function's C structure; nil for one without arguments.
    var arguments: UnsafeMutableRawPointer?
    /// The parent of everything that [out] arguments point to.
    var memory: UnsafeMutableRawPointer
    var association: Association

    /// The address that the client talks to, without the port.
    var local: String? { association.socket.localAddress()?.host }

    /// Zeroed memory of the call; nil when out of memory. Never empty, so that it always has an address.
    func allocate<T>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T>? {
        let (size, overflow) = max(1, count).multipliedReportingOverflow(by: MemoryLayout<T>.stride)
        guard !overflow, let chunk = shim_call_allocate(memory, size, nil) else { return nil }
        chunk.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        return chunk.assumingMemoryBound(to: T.self)
    }

    func text(_ text: String) -> UnsafeMutablePointer<CChar>? { tallocString(memory, text) }
}
