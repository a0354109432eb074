// SPDX-License-Identifier: LGPL-3.0-or-later
//
// What every fuzzer has. A harness supplies `fuzz`, which is called with each input, and `seeds`, inputs to start with.

import Glibc

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(UnsafeRawBufferPointer(start: data, count: count))
    return 0
}

/// With FUZZ_SEEDS=DIRECTORY the seeds are written there, and that is all.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ argc: UnsafeMutableRawPointer?, _ argv: UnsafeMutableRawPointer?) -> CInt {
    guard let directory = getenv("FUZZ_SEEDS") else { return 0 }
    for (number, seed) in seeds().enumerated() {
        guard let file = fopen(String(cString: directory) + "/seed-\(number)", "w") else { exit(1) }
        fwrite(seed, 1, seed.count, file)
        fclose(file)
    }
    exit(0)
}

/// A finding, unless `condition` holds.
@inline(__always)
func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { found(message()) }
}

@inline(never)
func found(_ message: String) -> Never {
    let line = "FOUND: " + message + "\n"
    _ = line.utf8.withContiguousStorageIfAvailable { write(2, $0.baseAddress, $0.count) }
    abort()
}

/// A fuzzer's input, taken from its front; zeros where it has ended.
struct Input {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: UnsafeRawBufferPointer) { rest = Array(bytes)[...] }

    var isEmpty: Bool { rest.isEmpty }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }
    mutating func word() -> Int { Int(byte()) | Int(byte()) << 8 }

    mutating func take(_ count: Int) -> [UInt8] {
        let taken = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
        return taken
    }
}

/// A file of the repository; `run` starts the fuzzers in its root.
func repositoryFile(_ name: String) -> [UInt8] {
    guard let file = fopen(name, "r") else { found("no file \(name)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while true {
        let byte = getc(file)
        if byte < 0 { return bytes }
        bytes.append(UInt8(truncatingIfNeeded: byte))
    }
}
