// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// One push or pull, from its scratch memory to its clean-up.
enum Session {
    struct Failure {
        var code: NDRErrorCode
        var offset: Int
        /// Path node of the operation that failed, and those of the runs around it.
        var innermost: UInt32 = 0
        var trail = Trail()
    }

    /// Words of scratch memory: with more than a kilobyte it would come from the heap, for every call.
    private static let words = Evaluator.scratchWords + Limits.capacities

    static func push(
        _ view: UnsafePointer<ProgramView>, _ rules: Rules, _ value: UnsafeRawPointer, _ writer: inout ByteWriter,
        _ level: Int64, _ full: PointerTable?, offset: Int = 0, room: Int = 0
    ) -> Failure? {
        defer { withExtendedLifetime(full) {} }
        let start = writer.count
        // What it took the last time; where there is less room, growing will say so.
        try? writer.reserve(room)
        do { try writer.reserve(256) } catch { return Failure(code: .alloc, offset: 0) }
        let failure: Failure? = withUnsafeMutablePointer(to: &writer) { writer in
            withUnsafeTemporaryAllocation(of: Int64.self, capacity: 128) { scratch in
                guard let memory = scratch.baseAddress, words <= 128 else {
                    return Failure(code: .alloc, offset: 0)
                }
                var pusher = Pusher(view, rules, writer: writer, scratch: memory, full: full, offset: offset)
                defer { pusher.finish() }
                do throws(NDRErrorCode) {
                    try pusher.run(0, value, 1, 0, value, level)
                    pusher.commit()
                    return nil
                } catch {
                    return Failure(
                        code: error, offset: pusher.offset, innermost: pusher.failing.pointee.path, trail: pusher.trail)
                }
            }
        }
        if failure != nil { writer.truncate(to: start) }
        return failure
    }

    static func pull(
        _ view: UnsafePointer<ProgramView>, _ rules: Rules, _ options: PullOptions, _ direction: Direction,
        _ stub: UnsafeRawBufferPointer, _ value: UnsafeMutableRawPointer, _ level: Int64,
        _ parent: UnsafeMutableRawPointer?, _ allocator: Allocator, _ full: PointerTable?, offset: Int = 0,
        consumed: inout Int, allocated: UnsafeMutablePointer<Int>? = nil
    ) -> Failure? {
        defer { withExtendedLifetime(full) {} }
        guard stub.count <= Limits.stub else { return Failure(code: .bufsize, offset: 0) }
        return withUnsafeTemporaryAllocation(of: Int64.self, capacity: 128) { scratch in
            guard let memory = scratch.baseAddress, words <= 128 else {
                return Failure(code: .alloc, offset: 0)
            }
            var puller = Puller(
                view, rules, options, direction, stub: stub, allocator: allocator, scratch: memory, full: full,
                offset: offset)
            defer { puller.finish() }
            do throws(NDRErrorCode) {
                if view.pointee.capacities > 0, !puller.allocatesReferences {
                    puller.readCapacities(view.pointee.arrayCount, value)
                }
                try puller.run(0, value, 1, 0, value, level, parent)
                if max(puller.cursor, puller.highest) < puller.end, !options.allowTrailing { throw .unreadBytes }
                consumed = stub.count - puller.remaining
                allocated?.pointee = puller.allocated(stub.count)
                return nil
            } catch {
                let place = puller.place
                return Failure(code: error, offset: place.offset, innermost: place.path, trail: puller.trail)
            }
        }
    }
}
