// SPDX-License-Identifier: LGPL-3.0-or-later

public import Glibc

/// An IPv4 or IPv6 address with its port.
public struct SocketAddress {
    public private(set) var storage = sockaddr_storage()
    public private(set) var length: socklen_t = 0

    public var family: Int32 { Int32(storage.ss_family) }

    /// From getsockname() and the like.
    init?(_ fill: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) {
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { fill($0, &size) }
        }
        guard result == 0 else { return nil }
        length = size
    }

    /// A copy of a sockaddr, with another port.
    public init?(_ source: UnsafePointer<sockaddr>, _ size: socklen_t, port: UInt16) {
        guard Int(size) <= MemoryLayout<sockaddr_storage>.size else { return nil }
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: source, count: Int(size)))
        }
        length = size
        self.port = port
    }

    /// A numeric address: "192.0.2.1", "::1", "fe80::1%eth0". Never asks a name service.
    public init?(numeric text: String, port: UInt16) {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST
        hints.ai_socktype = 1  // SOCK_STREAM, an enumeration in glibc that Swift sees or not
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(text, nil, &hints, &list) == 0, let first = list, let address = first.pointee.ai_addr else {
            return nil
        }
        defer { freeaddrinfo(list) }
        self.init(address, first.pointee.ai_addrlen, port: port)
    }

    public var port: UInt16 {
        get {
            // sin_port and sin6_port stand at the same place.
            withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
        }
        set {
            withUnsafeMutableBytes(of: &storage) {
                $0.storeBytes(of: newValue.bigEndian, toByteOffset: 2, as: UInt16.self)
            }
        }
    }

    /// The address without the port, as `init(numeric:port:)` reads it.
    public var host: String {
        var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let result = withSockaddr {
            getnameinfo($0, $1, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
        }
        guard result == 0 else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    public func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
