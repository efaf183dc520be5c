// SPDX-License-Identifier: Apache-2.0

/// The candidate with the smallest edit distance (Levenshtein 1966) to a mistyped name; nil if the distance exceeds a
/// third of the name's length, or no character is common.
package func nearestName(to name: String, among candidates: [String]) -> String? {
    // Bounds the quadratic time; no candidate is as long.
    guard name.utf8.count <= 100 else { return nil }
    return
        candidates
        .map { (candidate: $0, distance: editDistance(Array(name.utf8), Array($0.utf8))) }
        .filter {
            $0.distance <= max(2, name.utf8.count / 3) && $0.distance < max(name.utf8.count, $0.candidate.utf8.count)
        }
        .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?
        .candidate
}

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in right.enumerated() {
            let substitution = diagonal + (a == b ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
        }
    }
    return row[right.count]
}
