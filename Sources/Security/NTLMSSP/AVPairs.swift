// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// What a server says about itself, and a client repeats with additions ([MS-NLMP] 2.2.2.1).
struct AVPairs: Equatable {
    enum ID: UInt16 {
        case end = 0
        case computerName = 1
        case domainName = 2
        case dnsComputerName = 3
        case dnsDomainName = 4
        case dnsTreeName = 5
        case flags = 6
        case timestamp = 7
        case singleHost = 8
        case targetName = 9
        case channelBindings = 10
    }

    /// MsvAvFlags: the AUTHENTICATE_MESSAGE carries an integrity code.
    static let hasIntegrityCode: UInt32 = 2
    /// A challenge has about ten; more are somebody's game.
    private static let maximumCount = 64

    /// In their order, without the end; ids that nobody defined are kept.
    var items: [(id: UInt16, value: [UInt8])] = []

    init() {}

    static func == (one: AVPairs, other: AVPairs) -> Bool {
        one.items.elementsEqual(other.items) { $0 == $1 }
    }

    /// Reads up to the end mark, which must be there; what follows it is not looked at.
    init(_ bytes: UnsafeRawBufferPointer) throws(SecurityError) {
        var reader = ByteReader(bytes)
        do throws(WireError) {
            while true {
                let id = try reader.read(UInt16.self)
                let length = Int(try reader.read(UInt16.self))
                let value = try reader.read(count: length)
                if id == ID.end.rawValue { break }
                guard items.count < AVPairs.maximumCount else { throw WireError.limitExceeded }
                items.append((id, Array(value)))
            }
        } catch { throw .malformedToken }
    }

    subscript(id: ID) -> [UInt8]? {
        get { items.first { $0.id == id.rawValue }?.value }
        set {
            let index = items.firstIndex { $0.id == id.rawValue }
            switch (index, newValue) {
            case (let index?, let value?): items[index].value = value
            case (let index?, nil): items.remove(at: index)
            case (nil, let value?): items.append((id.rawValue, value))
            case (nil, nil): break
            }
        }
    }

    /// FILETIME of the server, when it says.
    var timestamp: UInt64? {
        guard let value = self[.timestamp], value.count == 8 else { return nil }
        return value.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    var flags: UInt32 {
        guard let value = self[.flags], value.count == 4 else { return 0 }
        return value.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// nil when a value is too long for its length field.
    var bytes: [UInt8]? {
        var bytes: [UInt8] = []
        for item in items {
            guard let length = UInt16(exactly: item.value.count) else { return nil }
            appendLE(item.id, to: &bytes)
            appendLE(length, to: &bytes)
            bytes += item.value
        }
        return bytes + [0, 0, 0, 0]
    }
}

func appendLE<T: FixedWidthInteger>(_ value: T, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
}
