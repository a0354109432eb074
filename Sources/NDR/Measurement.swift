// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc
internal import Wire

/// Sizes that expressions ask for: a push of its own, whose bytes are counted and forgotten.
enum Measurement {
    /// A block and its rules in the immediate of an operation; nil: too many blocks.
    static func immediate(_ block: UInt32, _ rules: Rules) -> UInt32? {
        block < 1 << (24 - ruleBits) ? block << ruleBits | UInt32(truncatingIfNeeded: rules.index) : nil
    }

    /// Of `Rules.index`.
    static let ruleBits: UInt32 = 7

    /// Of a program that does not push.
    static let none: UInt32 = 0xff_ffff
}

extension Evaluator {
    /// What a push writes; 0 for NULL, too deep within other sizes (a structure may ask for its own), and where it fails.
    @inline(never)
    func measure(_ immediate: UInt32, _ address: Int64, _ level: Int64) -> Int64 {
        guard sizing < Limits.sizing, immediate != Measurement.none,
            let value = UnsafeRawPointer(bitPattern: Int(truncatingIfNeeded: address))
        else { return 0 }
        let block = view.pointee.blocks[Int(immediate >> Measurement.ruleBits)]
        let rules = Rules(index: Int(immediate & (1 << Measurement.ruleBits - 1)))
        var writer = ByteWriter()
        do { try writer.reserve(256) } catch { return 0 }
        return withUnsafeMutablePointer(to: &writer) { writer in
            withUnsafeTemporaryAllocation(of: Int64.self, capacity: Evaluator.scratchWords) { scratch in
                guard let memory = scratch.baseAddress else { return 0 }
                var pusher = Pusher(view, rules, writer: writer, scratch: memory, full: nil, sizing: sizing + 1)
                pusher.alignMask = rules.noAlign ? 0 : .max
                defer { pusher.finish() }
                do throws(NDRErrorCode) {
                    try pusher.run(block.scalars, value, 1, 0, value, level, next: block.buffers)
                    return Int64(pusher.offset)
                } catch {
                    return 0
                }
            }
        }
    }

    /// The units of `count` strings.
    func stringsLength(_ address: Int64, _ count: Int64, terminators: Int) -> Int64 {
        guard let strings = UnsafeRawPointer(bitPattern: Int(truncatingIfNeeded: address)), count > 0,
            !Pending.isPending(UInt(truncatingIfNeeded: address))
        else { return 0 }
        var total = 0
        for index in 0..<Int(truncatingIfNeeded: min(count, Int64(UInt32.max))) {
            let bits = strings.loadUnaligned(fromByteOffset: index * MemoryLayout<UInt>.size, as: UInt.self)
            guard let string = UnsafeRawPointer(bitPattern: bits) else { continue }
            total += UTF16Text.units(string, strlen(string.assumingMemoryBound(to: CChar.self))) + terminators
        }
        return Int64(total)
    }
}
