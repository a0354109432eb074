// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// A request that waits until the call before it is answered: room for its header, and its stub data. It becomes
/// fragments when it goes, since a signature counts the messages that went before.
final class HeldRequest {
    var bytes: ByteWriter
    let header: FragmentHeader
    let security: Int
    var callID: UInt32 { header.callID }

    init(_ source: UnsafeRawBufferPointer, _ header: FragmentHeader, _ security: Int) throws(WireError) {
        bytes = ByteWriter()
        self.header = header
        self.security = security
        try bytes.append(source)
    }
}

/// Requests that a peer without concurrent multiplexing must not see yet, in their order.
struct HeldRequests {
    private var items: [HeldRequest?] = []
    private var first = 0
    private(set) var count = 0

    mutating func append(_ request: HeldRequest) {
        items.append(request)
        count += 1
    }

    mutating func next() -> HeldRequest? {
        while first < items.count {
            let item = items[first]
            items[first] = nil
            first += 1
            if first == items.count { removeAll(counting: item != nil) } else if item != nil { count -= 1 }
            if item != nil { return item }
        }
        return nil
    }

    mutating func remove(callID: UInt32) {
        for index in first..<items.count where items[index]?.callID == callID {
            items[index] = nil
            count -= 1
            return
        }
    }

    private mutating func removeAll(counting one: Bool) {
        items.removeAll(keepingCapacity: true)
        first = 0
        if one { count -= 1 }
    }
}
