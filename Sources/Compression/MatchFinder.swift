// SPDX-License-Identifier: LGPL-3.0-or-later

/// Finds what occurred before: hash chains over three bytes, of bounded length.
struct MatchFinder {
    static let shortest = 3
    /// How many earlier places are looked at; more gains little and costs time.
    private static let tries = 32
    private static let hashBits = 14

    private let bytes: UnsafeRawBufferPointer
    private let window: Int
    private let longest: Int
    /// The last place of each hash, and the place before each place, + 1.
    private var heads = [UInt32](repeating: 0, count: 1 << hashBits)
    private var previous: [UInt32]

    init(_ bytes: UnsafeRawBufferPointer, window: Int, longest: Int) {
        self.bytes = bytes
        self.window = window
        self.longest = longest
        previous = [UInt32](repeating: 0, count: bytes.count)
    }

    private func hash(_ position: Int) -> Int {
        let value =
            UInt32(bytes[position]) | UInt32(bytes[position + 1]) << 8 | UInt32(bytes[position + 2]) << 16
        return Int((value &* 0x9E37_79B1) >> UInt32(32 - MatchFinder.hashBits))
    }

    /// Makes `position` findable.
    mutating func insert(_ position: Int) {
        guard position <= bytes.count - MatchFinder.shortest else { return }
        let key = hash(position)
        previous[position] = heads[key]
        heads[key] = UInt32(truncatingIfNeeded: position + 1)
    }

    /// The longest match for `position` that ends before `end`; nil: there is none of three bytes.
    func find(_ position: Int, end: Int) -> (distance: Int, length: Int)? {
        let room = min(longest, end - position)
        guard room >= MatchFinder.shortest else { return nil }
        var best = (distance: 0, length: MatchFinder.shortest - 1)
        var candidate = Int(heads[hash(position)]) - 1
        for _ in 0..<MatchFinder.tries {
            guard candidate >= 0, position - candidate <= window else { break }
            var length = 0
            while length < room, bytes[candidate + length] == bytes[position + length] { length += 1 }
            if length > best.length { best = (position - candidate, length) }
            if length == room { break }
            candidate = Int(previous[candidate]) - 1
        }
        return best.length >= MatchFinder.shortest ? best : nil
    }
}
