// SPDX-License-Identifier: LGPL-3.0-or-later

import Glibc

enum Files {
    private static let maxSize = 1 << 30

    static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
        defer { close(descriptor) }
        return read(descriptor)
    }

    /// A file, or standard input for "-" or nothing.
    static func input(_ path: String?) throws -> [UInt8] {
        if let path, path != "-" {
            guard let bytes = read(path) else {
                throw Problem(text: "cannot read '\(path)': \(String(cString: strerror(errno)))")
            }
            return bytes
        }
        guard let bytes = read(0) else { throw Problem(text: "cannot read standard input") }
        return bytes
    }

    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while bytes.count < maxSize {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 { return nil }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
        errno = EFBIG
        return nil
    }

    static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// The directory of this program, without symbolic links.
    static var programDirectory: String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return nil }
        let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return String(path[..<slash])
    }

    static func write(_ text: String) throws { try write(Array(text.utf8), to: 1) }

    static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Problem(text: "cannot write: \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }

    static func complain(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = Glibc.write(2, bytes, bytes.count)
    }

    static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}
