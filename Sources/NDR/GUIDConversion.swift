// SPDX-License-Identifier: LGPL-3.0-or-later

public import CDCERPC
public import Wire

// The C structures of types.h and the values that the rooms below use.

extension UUIDValue {
    public init(_ guid: GUID) {
        var tail: UInt64 = 0
        withUnsafeBytes(of: (guid.clock_seq, guid.node)) { for byte in $0 { tail = tail << 8 | UInt64(byte) } }
        self.init(
            timeLow: guid.time_low, timeMid: guid.time_mid, timeHighAndVersion: guid.time_hi_and_version, tail: tail)
    }
}

extension GUID {
    public init(_ uuid: UUIDValue) {
        self.init()
        time_low = uuid.timeLow
        time_mid = uuid.timeMid
        time_hi_and_version = uuid.timeHighAndVersion
        withUnsafeBytes(of: uuid.tail.bigEndian) { bytes in
            clock_seq = (bytes[0], bytes[1])
            node = (bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7])
        }
    }
}

extension SyntaxID {
    public init(_ syntax: ndr_syntax_id) { self.init(uuid: UUIDValue(syntax.uuid), version: syntax.if_version) }
}

extension ndr_syntax_id {
    public init(_ syntax: SyntaxID) { self.init(uuid: GUID(syntax.uuid), if_version: syntax.version) }
}
