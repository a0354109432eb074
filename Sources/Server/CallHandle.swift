// SPDX-License-Identifier: LGPL-3.0-or-later

public import CDCERPC
internal import CShims
internal import CTalloc
internal import Connection
public import Security
internal import Transport
public import Wire

/// What an entry point may ask its call for.
public struct CallHandle {
    private let call: Call

    /// nil for NULL.
    public init?(_ handle: OpaquePointer?) {
        guard let handle else { return nil }
        call = Call(handle)
    }

    public var opnum: UInt32 { UInt32(call.pointee.opnum) }
    public var contextID: UInt32 { UInt32(call.pointee.context_id) }
    public var connectionID: UInt64 { call.pointee.connection_id }
    public var table: UnsafePointer<ndr_interface_table>? { Association.manager(call)?.table }
    public var privateData: UnsafeMutableRawPointer? { Association.manager(call)?.privateData }
    /// 0 once the connection is gone.
    public var associationGroup: UInt32 { Association.of(call)?.group?.id ?? 0 }
    /// nil once the connection or the server is gone.
    public var server: OpaquePointer? { Association.of(call)?.server.handle }

    public var object: UUIDValue {
        UUIDValue(
            timeLow: call.pointee.object_time_low, timeMid: call.pointee.object_time_mid,
            timeHighAndVersion: call.pointee.object_time_high, tail: call.pointee.object_tail)
    }

    public var mechanism: UInt8 {
        guard let security, security.isEstablished || isBind else { return 0 }
        return security.mechanism.authType
    }
    /// The same, or what SPNEGO has negotiated.
    public var negotiatedMechanism: UInt8 {
        guard let security, security.isEstablished || isBind else { return 0 }
        return security.mechanism.negotiatedType
    }
    /// 1 for nobody, whatever such calls have for protection.
    public var level: UInt8 { Association.of(call)?.provenLevel(Int(call.pointee.security)) ?? 1 }
    public var account: UnsafePointer<CChar>? { text(client?.account) }
    public var domain: UnsafePointer<CChar>? { text(client?.domain) }

    /// nil for nobody, who may have proved just that.
    private var client: SecurityPeer? {
        security?.mechanism.peer.flatMap { $0.account.isEmpty ? nil : $0 }
    }

    /// Who the client is and what it belongs to, as far as somebody has said.
    public var sids: [SecurityID] { security?.mechanism.peer?.sids ?? [] }

    /// The key of the security context that protects the call; false: there is none, or the connection is gone.
    public func withSessionKey(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        guard let security, security.isEstablished else { return false }
        var found = false
        security.mechanism.withSessionKey { key in
            found = key.count > 0
            if found { body(key) }
        }
        return found
    }

    /// Zeroed memory of the call's; nil when out of memory.
    public func allocate<T>(_ count: Int) -> UnsafeMutablePointer<T>? {
        let size = MemoryLayout<T>.stride * count
        guard let chunk = shim_talloc_size(call, size, nil) else { return nil }
        chunk.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        return chunk.assumingMemoryBound(to: T.self)
    }

    /// nil once the connection is gone.
    private var security: SecurityContext? {
        let association = Association.of(call)
        return isBind ? association?.negotiating : association?.core.securityContext(Int(call.pointee.security))
    }

    /// Not a call, but a bind that a callback looks at.
    private var isBind: Bool { call.pointee.security == Association.negotiatingSecurity }

    private func text(_ text: String?) -> UnsafePointer<CChar>? {
        text.flatMap { UnsafePointer(tallocString(UnsafeRawPointer(call), $0)) }
    }

    public func setFault(_ code: UInt32) { call.pointee.fault = code }

    /// The client's address; nil once the connection is gone, unless it was asked for before.
    public var peer: UnsafePointer<CChar>? {
        if call.pointee.peer == nil {
            call.pointee.peer = text(Association.of(call)?.socket.peerAddress())
        }
        return UnsafePointer(call.pointee.peer)
    }

    public var local: UnsafePointer<CChar>? {
        if call.pointee.local == nil {
            call.pointee.local = text(Association.of(call)?.socket.localAddress())
        }
        return UnsafePointer(call.pointee.local)
    }

    private func text(_ address: SocketAddress?) -> UnsafeMutablePointer<CChar>? {
        guard let address else { return nil }
        return tallocString(UnsafeRawPointer(call), "ncacn_ip_tcp:\(address.host)[\(address.port)]")
    }
}
