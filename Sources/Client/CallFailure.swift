// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import NDR

/// The last failure of a handle; its text is made when somebody asks.
struct CallFailure {
    enum Reason {
        case fault(UInt32)
        case logon
        case push(NDRError)
        case pull(NDRError)
        case timeout
        case closed(UInt32)
        case argument(StaticString)
    }

    var reason: Reason
    var opnum: UInt32

    func text(table: UnsafePointer<ndr_interface_table>, codec: InterfaceCodec) -> String {
        let name: String
        if opnum < table.pointee.num_calls, let function = table.pointee.calls[Int(opnum)].name {
            name = String(cString: function)
        } else {
            name = "opnum \(opnum)"
        }
        switch reason {
        case .fault(let code): return "\(name): the server answered with fault 0x\(String(code, radix: 16))"
        case .logon: return "\(name): the server has not accepted the credentials of the connection"
        case .push(let error): return "\(name): the arguments do not fit the IDL: \(error.description)"
        case .pull(let error): return "\(name): the answer does not fit the IDL: \(error.description)"
        case .timeout: return "\(name): no answer in time"
        case .closed(let status): return "\(name): the connection ended, status 0x\(String(status, radix: 16))"
        case .argument(let text): return "\(name): \(text)"
        }
    }
}
