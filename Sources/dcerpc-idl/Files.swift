// SPDX-License-Identifier: LGPL-3.0-or-later

import Glibc

enum Files {
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 { return nil }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// What a symbolic link leads to is written, not the link replaced.
    private static func behindLinks(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func write(_ text: String, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { return false }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                close(descriptor)
                return false
            }
            rest = rest.dropFirst(count)
        }
        return close(descriptor) == 0
    }

    /// Writes all files or none: each under another name first, then all are renamed.
    static func writeAll(_ files: [(path: String, text: String)]) -> String? {
        for (path, _) in files {
            switch kind(of: path) {
            case S_IFDIR?: return "cannot write '\(path)': it is a directory"
            // A name for /dev/null would take its place for everybody.
            case S_IFREG?, nil: break
            case _?: return "cannot write '\(path)': it is no plain file"
            }
        }
        var paths: Set<String> = []
        for (path, _) in files where !paths.insert(path).inserted { return "'\(path)' would be written twice" }
        let files = files.map { (path: behindLinks($0.path), text: $0.text) }
        let suffix = ".\(getpid()).new"
        for (path, text) in files where !write(text, to: path + suffix) {
            let reason = String(cString: strerror(errno))
            for (path, _) in files { unlink(path + suffix) }
            return "cannot write '\(path)': \(reason)"
        }
        for (path, _) in files where rename(path + suffix, path) != 0 {
            let reason = String(cString: strerror(errno))
            for (path, _) in files { unlink(path + suffix) }
            return "cannot write '\(path)': \(reason)"
        }
        return nil
    }

    static func complain(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = Glibc.write(2, bytes, bytes.count)
    }
}
