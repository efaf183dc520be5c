// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// An answer on its whole way, from its renderer to the connection.
public struct OutgoingResponse: Sendable {
    public var status: HTTPResponse.Status
    public var fields: HTTPFields
    /// The content, of which ``fields`` give type and length; empty in answers to `HEAD`.
    public var body: [UInt8]

    public init(_ status: HTTPResponse.Status, _ fields: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}
