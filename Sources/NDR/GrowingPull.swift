// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Glibc

// A context of its own whose bytes arrive in pieces: ndr_pull_append() and ndr_pull_pop().

extension PullContext {
    /// More bytes behind those that are there; from now on the context has a copy of all.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(NDRErrorCode) {
        let (own, puller) = try standing()
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        let (size, offset) = (self.size, self.offset)
        let (total, overflow) = size.addingReportingOverflow(bytes.count)
        guard !overflow, total <= Limits.stub else { throw .bufsize }
        let origin = puller.pointee.origin
        guard let memory = malloc(total) else { throw .alloc }
        memcpy(memory, origin, size)
        memcpy(memory + size, source, bytes.count)
        let highest = puller.pointee.highest - origin
        puller.pointee.read(from: memory, total, at: offset, highest: highest)
        puller.pointee.budget += Limits.allocationFactor * bytes.count
        own.take(memory)
    }

    /// Lets go of what was read, but for up to 7 bytes from which alignment counts.
    public func pop() throws(NDRErrorCode) {
        let (_, puller) = try standing()
        guard relativeBase == 0, relativeHighest == 0, relatives.isEmpty, relativeBases.isEmpty, !isHalfway else {
            throw .relative
        }
        let skip = offset & ~7
        let (start, size, offset) = (puller.pointee.origin + skip, self.size - skip, self.offset - skip)
        puller.pointee.read(from: start, size, at: offset, highest: 0)
    }

    /// Outside hooks and subcontexts alone does a context own what it reads.
    private func standing() throws(NDRErrorCode) -> (OwnPuller, UnsafeMutablePointer<Puller>) {
        guard let own, let puller, puller == own.puller else { throw .flags }
        return (own, puller)
    }
}

extension Puller {
    fileprivate mutating func read(from first: UnsafeRawPointer, _ size: Int, at offset: Int, highest: Int) {
        start = first
        end = first + size
        cursor = first + offset
        bias = UInt(bitPattern: first)
        self.highest = first + highest
    }
}
