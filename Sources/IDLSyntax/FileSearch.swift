// SPDX-License-Identifier: LGPL-3.0-or-later

/// Finds included and imported files: beside the file that names them, then in the -I directories.
public struct FileSearch {
    private let read: FileReader
    private let directories: [String]

    public init(directories: [String], read: @escaping FileReader) {
        self.directories = directories
        self.read = read
    }

    func find(_ path: String, from file: String) -> (path: String, bytes: [UInt8])? {
        if path.isEmpty { return nil }
        if path.hasPrefix("/") { return read(path).map { (path, $0) } }
        for directory in [Self.directory(of: file)] + directories {
            let candidate = directory.isEmpty || directory == "." ? path : directory + "/" + path
            if let bytes = read(candidate) { return (candidate, bytes) }
        }
        return nil
    }

    func file(_ path: String) -> [UInt8]? { read(path) }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return String(path[..<slash])
    }
}
