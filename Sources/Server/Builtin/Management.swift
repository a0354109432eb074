// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CBuiltinTables
internal import CDCERPC
internal import Wire

/// The remote management interface (C706 appendix Q).
final class Management: BuiltinManager {
    private unowned let server: ServerContext

    /// RPC_S_UNKNOWN_AUTHN_SERVICE: the server has no principal of that kind.
    private static let unknownAuthenticationService: UInt32 = 0x6d3

    init(server: ServerContext) { self.server = server }

    func serves(_ opnum: Int) -> Bool { (0...4).contains(opnum) }

    func serve(_ call: BuiltinCall) -> UInt32? {
        guard let r = call.arguments else { return Fault.unspecified }
        switch call.opnum {
        case 0: return interfaces(call, r.assumingMemoryBound(to: mgmt_inq_if_ids.self))
        case 1: return statistics(call, r.assumingMemoryBound(to: mgmt_inq_stats.self))
        case 2: return isListening(r.assumingMemoryBound(to: mgmt_is_server_listening.self))
        case 3:
            r.assumingMemoryBound(to: mgmt_stop_server_listening.self).pointee.out.result = Fault.accessDenied
            return nil
        default: return principalName(call, r.assumingMemoryBound(to: mgmt_inq_princ_name.self))
        }
    }

    private func interfaces(_ call: BuiltinCall, _ r: UnsafeMutablePointer<mgmt_inq_if_ids>) -> UInt32? {
        let managers = server.interfaces.compactMap { $0.managers.first }
        guard let place = r.pointee.out.if_id_vector, let vector = call.allocate(rpc_if_id_vector_t.self, 1),
            let list = call.allocate(ndr_syntax_id_p.self, managers.count)
        else { return Fault.remoteNoMemory }
        for (index, manager) in managers.enumerated() {
            guard let id = call.allocate(ndr_syntax_id.self, 1) else { return Fault.remoteNoMemory }
            id.pointee = manager.table.pointee.syntax_id
            list[index].id = id
        }
        vector.pointee.count = UInt32(managers.count)
        vector.pointee.if_id = list
        place.pointee = vector
        r.pointee.out.result = 0
        return nil
    }

    private func statistics(_ call: BuiltinCall, _ r: UnsafeMutablePointer<mgmt_inq_stats>) -> UInt32? {
        let totals = server.totals
        // Calls in and calls out: this server has called nobody (C706 appendix N, rpc_c_stats_calls_out).
        let values = [totals.calls, 0, totals.pdusIn, totals.pdusOut]
        let asked = values.prefix(Int(min(r.pointee.in.max_count, 4)))
        guard let place = r.pointee.out.statistics, let list = call.allocate(UInt32.self, asked.count) else {
            return Fault.remoteNoMemory
        }
        // The interface has 32 bits: the counters wrap, as everywhere.
        for (index, value) in asked.enumerated() { list[index] = UInt32(truncatingIfNeeded: value) }
        place.pointee.count = UInt32(asked.count)
        place.pointee.statistics = list
        r.pointee.out.result = 0
        return nil
    }

    private func isListening(_ r: UnsafeMutablePointer<mgmt_is_server_listening>) -> UInt32? {
        r.pointee.out.status?.pointee = 0
        r.pointee.out.result = server.phase == .serving ? 1 : 0
        return nil
    }

    private func principalName(_ call: BuiltinCall, _ r: UnsafeMutablePointer<mgmt_inq_princ_name>) -> UInt32? {
        // Not even an empty name fits.
        guard r.pointee.in.princ_name_size > 0 else { return Fault.badStubData }
        guard let name = call.text("") else { return Fault.remoteNoMemory }
        r.pointee.out.princ_name = UnsafePointer(name)
        r.pointee.out.result = Management.unknownAuthenticationService
        return nil
    }
}
