// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryWeb

@Suite("The drawing of a day")
struct LoginChartTests {
    private func chart(_ numbers: [(Int, Int)]) -> LoginChart {
        LoginChart(
            hours: numbers.enumerated().map { hour, number in
                let clock = hour < 10 ? "0\(hour)" : "\(hour)"
                return AdminOverview.Hour(start: "2026-11-29T\(clock):00:00Z", loggedIn: number.0, refused: number.1)
            })
    }

    @Test("the scale ends at a round number that holds all columns")
    func scale() {
        for (most, greatest) in [(0, 2), (1, 2), (3, 4), (5, 10), (11, 20), (101, 200), (399, 400), (1_001, 2_000)] {
            let chart = chart([(most, 0), (0, most / 2)])
            #expect(chart.greatest == greatest, "\(most)")
            for column in chart.columns { #expect(column.y >= LoginChart.top && column.height > 0) }
        }
        #expect(chart([(.max, 0)]).columns.allSatisfy { $0.y >= LoginChart.top })
    }

    @Test("an hour without logins has no column, and one among thousands can be seen")
    func columns() {
        let chart = chart([(0, 0), (10_000, 1)] + Array(repeating: (0, 0), count: 22))
        #expect(chart.columns.count == 2)
        #expect(chart.columns.allSatisfy { $0.height >= 2 && $0.x + LoginChart.columnWidth <= LoginChart.width })
        #expect(chart.marks.map(\.text) == ["00:00", "06:00", "12:00", "18:00"])
    }

    @Test("the numbers stand in a table for those who cannot see the drawing")
    func table() {
        let text = chart([(1, 0), (1_200, 7)]).html.text
        #expect(text.contains(#"role="img" aria-labelledby="chart-title chart-text""#))
        #expect(text.contains("1,201 logins and 7 refusals in the last 24 hours."))
        #expect(
            text.contains(#"<td data-label="Logins"><div>1,200</div></td><td data-label="Refusals"><div>7</div></td>"#))
    }
}
