// SPDX-License-Identifier: LGPL-3.0-or-later

public import Binding
internal import CDCERPC
internal import Marshalling
internal import NDR
public import Transport
internal import Wire

typealias SendFunction = dcerpc_call_entry_point_send_fn_t
typealias ReceiveFunction = dcerpc_call_entry_point_recv_fn_t

/// The logic behind an interface: a caller's entry point vector, or one of the library's own.
public final class Manager: TallocObject {
    let table: UnsafePointer<ndr_interface_table>
    let syntax: SyntaxID
    let codec: InterfaceCodec
    let object: UUIDValue?
    let functions: UnsafePointer<dcerpc_call_entry_point_fns>?
    let functionCount: Int
    let builtin: (any BuiltinManager)?
    public let privateData: UnsafeMutableRawPointer?
    /// Some type of the interface has full pointers, whose referent ids a request and its response share.
    let hasFullPointers: Bool

    public var policy = Policy() {
        didSet { interface?.lookAtPolicies() }
    }

    private var interface: Interface?

    /// nil for a vector that contradicts itself.
    init(
        vector: UnsafePointer<dcerpc_call_entry_point_vector>, object: UUIDValue?, privateData: UnsafeMutableRawPointer?
    ) throws(NDRError) {
        guard let table = vector.pointee.table, vector.pointee.num_fns == 0 || vector.pointee.fns != nil else {
            throw NDRError(.brokenTable)
        }
        self.table = table
        codec = try InterfaceCodec(table, environment: tallocMarshalling)
        syntax = SyntaxID(table.pointee.syntax_id)
        functions = vector.pointee.fns
        functionCount = min(Int(vector.pointee.num_fns), Int(table.pointee.num_calls))
        hasFullPointers = codec.usesFullPointers
        builtin = nil
        self.object = object
        self.privateData = privateData
        super.init()
    }

    init(table: UnsafePointer<ndr_interface_table>, builtin: any BuiltinManager) throws(NDRError) {
        self.table = table
        codec = try InterfaceCodec(table, environment: tallocMarshalling)
        syntax = SyntaxID(table.pointee.syntax_id)
        functions = nil
        functionCount = 0
        hasFullPointers = codec.usesFullPointers
        self.builtin = builtin
        object = nil
        privateData = nil
        super.init()
    }

    /// The functions' pair; nil where there is none.
    @inline(__always)
    func entryPoint(_ opnum: Int) -> (send: SendFunction, receive: ReceiveFunction)? {
        guard opnum < functionCount, let entry = functions?[opnum], let send = entry.fn_send,
            let receive = entry.fn_recv
        else { return nil }
        return (send, receive)
    }

    var name: String { table.pointee.name.map { String(cString: $0) } ?? "" }

    /// The protocol sequences that the IDL's endpoint attribute names; nil: it has none, or one that nobody knows.
    public var declaredTransports: [ProtocolSequence]? {
        guard let endpoints = table.pointee.endpoints, endpoints.pointee.count > 0, let names = endpoints.pointee.names
        else { return nil }
        var found: [ProtocolSequence] = []
        for index in 0..<Int(endpoints.pointee.count) {
            guard let name = names[index],
                let text = String(validatingCString: name)?.prefix(while: { $0 != ":" }),
                let sequence = ProtocolSequence(name: String(text))
            else { return nil }
            found.append(sequence)
        }
        return found
    }

    func registered(as interface: Interface) { self.interface = interface }

    /// Calls that run hold the manager and are finished; new ones do not find it.
    override public func handleFreed() { withdraw() }

    func withdraw() {
        interface?.remove(self)
        interface = nil
    }
}
