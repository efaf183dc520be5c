// SPDX-License-Identifier: Apache-2.0

import Testing

extension EndToEnd {
    /// The recorded answers of the original service that are the contract of this one.
    @Suite struct Contract {
        /// Of 162 recordings one is left out: it refuses `DELETE /api/me/`, which there is now.
        @Test func allSamplesAreThere() {
            #expect(ContractSample.all.count == 161)
            #expect(Set(ContractSample.all.map(\.case)).count == 161)
        }

        @Test(arguments: ContractSample.all)
        func sample(_ sample: ContractSample) throws {
            let server = try sample.needs.contains(.expired) ? SharedServers.brief() : SharedServers.ordinary()
            try expectAnswer(to: sample, of: server, SampleState(sample.needs, on: server).values)
        }
    }
}

/// Sends the request of a sample and compares the answer.
/// - Parameter values: the texts for the placeholders.
func expectAnswer(
    to sample: ContractSample, of server: ServerProcess, _ values: [String: String],
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let answer = try WireClient(port: server.port).exchange(sample.request(values))
    #expect(answer.status == sample.status, "\(answer)", sourceLocation: sourceLocation)
    expectHeaders(of: answer, allow: sample.allow, type: sample.type, sourceLocation: sourceLocation)
    #expect(
        !answer.headers.contains { $0.name.lowercased().hasPrefix("access-control-") }, sourceLocation: sourceLocation)
    if sample.answer == "<html>" {
        #expect(answer.text.contains("<"), sourceLocation: sourceLocation)
    } else {
        let expected = sample.filled(sample.answer, values)
        #expect(
            BodyPattern(expected).matches(answer.text), "\(answer.text)\nis not\n\(expected)",
            sourceLocation: sourceLocation)
    }
}

/// The headers that every answer of an endpoint carries, each exactly once.
func expectHeaders(
    of answer: WireAnswer, allow: String, type: String = "application/json",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let expected = [
        "Content-Type": type, "Allow": allow, "Vary": "Accept", "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
    ]
    for (name, value) in expected.sorted(by: { $0.key < $1.key }) {
        #expect(answer.values(name) == [value], "\(name) of \(answer)", sourceLocation: sourceLocation)
    }
    #expect(answer.values("X-Request-ID").map(\.isEmpty) == [false], "\(answer)", sourceLocation: sourceLocation)
}
