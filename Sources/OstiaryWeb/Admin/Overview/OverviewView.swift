// SPDX-License-Identifier: Apache-2.0

/// `/admin/`: the state of the server.
struct OverviewView {
    let frame: Frame
    let overview: AdminOverview
    /// True if the visitor may open no part of the administration but this one.
    let isAlone: Bool

    var chart: LoginChart { LoginChart(hours: overview.hours) }
}

/// The logins and refusals of a day as columns of a drawing.
struct LoginChart {
    struct Column {
        let x: Int
        let y: Int
        let height: Int
        let isRefused: Bool
    }

    let hours: [AdminOverview.Hour]

    static let (width, height) = (560, 210)
    /// The place of the columns: the rest is for the scale.
    static let (left, top, bottom) = (56, 20, 176)
    static let columnWidth = 8

    /// The greatest number on the scale: at least all that is shown, and easy to read.
    var greatest: Int {
        let most = hours.map { max($0.loggedIn, $0.refused) }.max() ?? 0
        var step = 1
        while true {
            for factor in [2, 4, 10] where factor * step >= most { return factor * step }
            guard step < 1_000_000_000 else { return most }
            step *= 10
        }
    }

    /// The lines of the scale, with their numbers.
    var lines: [(y: Int, number: String)] {
        [0, greatest / 2, greatest].map { (place(of: $0), $0.grouped) }
    }

    var columns: [Column] {
        hours.enumerated().flatMap { index, hour -> [Column] in
            let x = Self.left + index * Self.step + 2
            return [(hour.loggedIn, false), (hour.refused, true)].compactMap { number, isRefused in
                guard number > 0 else { return nil }
                // One of many thousands is still to be seen.
                let y = min(place(of: number), Self.bottom - 2)
                return Column(
                    x: isRefused ? x + Self.columnWidth + 1 : x, y: y, height: Self.bottom - y, isRefused: isRefused)
            }
        }
    }

    /// Each sixth hour, with the place of its mark.
    var marks: [(x: Int, text: String)] {
        hours.enumerated().compactMap { index, hour in
            guard index.isMultiple(of: 6) else { return nil }
            return (Self.left + index * Self.step + Self.step / 2, hour.clock)
        }
    }

    var sums: (loggedIn: Int, refused: Int) {
        (hours.reduce(0) { $0 + $1.loggedIn }, hours.reduce(0) { $0 + $1.refused })
    }

    private static var step: Int { (width - left) / 24 }

    private func place(of number: Int) -> Int {
        Self.bottom - (Self.bottom - Self.top) * number / max(greatest, 1)
    }
}

extension AdminOverview.Hour {
    /// The hour as a clock shows it in UTC, such as `14:00`.
    var clock: String {
        let bytes = Array(start.utf8)
        return bytes.count >= 16 ? String(decoding: bytes[11..<16], as: UTF8.self) : start
    }
}
