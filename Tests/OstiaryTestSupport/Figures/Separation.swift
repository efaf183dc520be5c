// SPDX-License-Identifier: Apache-2.0

/// How well two samples can be told apart.
package enum Separation {
    /// The chance that a value of one sample is larger than one of the other (Mann and Whitney 1947), which is the area
    /// under the ROC curve of whoever guesses by the value: 0.5 for samples that tell nothing.
    package static func areaUnderCurve(_ left: [Double], _ right: [Double]) -> Double {
        let all = (left.map { ($0, true) } + right.map { ($0, false) }).sorted { $0.0 < $1.0 }
        var sumOfRanks = 0.0
        var index = 0
        while index < all.count {
            // Equal values share the mean of their ranks.
            var end = index
            while end < all.count, all[end].0 == all[index].0 { end += 1 }
            let rank = Double(index + end + 1) / 2
            sumOfRanks += rank * Double(all[index..<end].count { $0.1 })
            index = end
        }
        let (n, m) = (Double(left.count), Double(right.count))
        return (sumOfRanks - n * (n + 1) / 2) / (n * m)
    }
}
