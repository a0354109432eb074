// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CShims
internal import Glibc

/// What a read or write on a non-blocking socket came to.
public enum Transfer {
    case bytes(Int)
    /// Nothing now; poll.
    case wouldBlock
    /// The peer closed.
    case end
    case failed(Int32)
}

/// A non-blocking stream socket. It does not close itself: its owner does, once.
public struct Socket {
    public let descriptor: Int32

    public init(descriptor: Int32) { self.descriptor = descriptor }

    public func close() { _ = Glibc.close(descriptor) }

    @inline(__always)
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        while true {
            let n = Glibc.recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if n > 0 { return .bytes(n) }
            if n == 0 { return .end }
            let error = errno
            if error == EINTR { continue }
            return error == EAGAIN || error == EWOULDBLOCK ? .wouldBlock : .failed(error)
        }
    }

    @inline(__always)
    public func write(_ buffer: UnsafeRawBufferPointer) -> Transfer {
        while true {
            let n = Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            if n >= 0 { return .bytes(n) }
            let error = errno
            if error == EINTR { continue }
            return error == EAGAIN || error == EWOULDBLOCK ? .wouldBlock : .failed(error)
        }
    }

    /// Waits for readiness; `timeout` in milliseconds, negative for ever. 0: the time is up; negative: -errno.
    public func poll(read: Bool, write: Bool, timeout: Int32) -> Int32 {
        var entry = pollfd(
            fd: descriptor, events: Int16((read ? POLLIN : 0) | (write ? POLLOUT : 0)), revents: 0)
        let n = Glibc.poll(&entry, 1, timeout)
        if n < 0 { return -errno }
        return n == 0 ? 0 : Int32(entry.revents)
    }

    /// What every connected TCP socket of ours gets: small PDUs leave at once ([MS-RPCE] knows no Nagle).
    public func setNoDelay() {
        var on: Int32 = 1
        _ = setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Acknowledges what was read at once. A peer without TCP_NODELAY holds the rest of a message back until then:
    /// Samba's clients wait 40 ms with every request of several fragments.
    public func acknowledgeNow() {
        var on: Int32 = 1
        _ = setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_QUICKACK, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    public func setKeepAlive() {
        var on: Int32 = 1
        _ = setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// How a non-blocking connect ended: 0 or an errno.
    public var pendingError: Int32 {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &value, &size) == 0 ? value : errno
    }

    public func localAddress() -> SocketAddress? { SocketAddress { getsockname(descriptor, $0, $1) } }
    public func peerAddress() -> SocketAddress? { SocketAddress { getpeername(descriptor, $0, $1) } }

    /// Starts to connect. On success the connection may still be under way: poll for writing, then `pendingError`.
    public static func connect(to address: SocketAddress) -> Result<Socket, SocketError> {
        let descriptor = shim_stream_socket(address.family)
        guard descriptor >= 0 else { return .failure(SocketError(code: -descriptor)) }
        let socket = Socket(descriptor: descriptor)
        socket.setNoDelay()
        let result = address.withSockaddr { Glibc.connect(descriptor, $0, $1) }
        if result == 0 || errno == EINPROGRESS { return .success(socket) }
        let error = SocketError(code: errno)
        socket.close()
        return .failure(error)
    }

    /// A listening socket.
    public static func listen(at address: SocketAddress) -> Result<Socket, SocketError> {
        let descriptor = shim_stream_socket(address.family)
        guard descriptor >= 0 else { return .failure(SocketError(code: -descriptor)) }
        let socket = Socket(descriptor: descriptor)
        var on: Int32 = 1
        _ = setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        if address.family == AF_INET6 {
            _ = setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        // A small backlog loses simultaneous connects (Samba's ten lose the thirteenth).
        guard address.withSockaddr({ Glibc.bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 1024) == 0 else {
            let error = SocketError(code: errno)
            socket.close()
            return .failure(error)
        }
        return .success(socket)
    }

    /// A connection that waits to be accepted; nil when there is none now.
    public func accept() -> Result<Socket?, SocketError> {
        let descriptor = shim_accept(self.descriptor)
        if descriptor >= 0 {
            let socket = Socket(descriptor: descriptor)
            socket.setNoDelay()
            return .success(socket)
        }
        let error = -descriptor
        if error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ECONNABORTED { return .success(nil) }
        return .failure(SocketError(code: error))
    }
}

/// An errno.
public struct SocketError: Error {
    public let code: Int32
    public init(code: Int32) { self.code = code }
}

/// Microseconds that never jump.
public func monotonicMicroseconds() -> UInt64 {
    var now = timespec()
    _ = clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(truncatingIfNeeded: now.tv_sec) &* 1_000_000 &+ UInt64(truncatingIfNeeded: now.tv_nsec / 1000)
}
