// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// An answer from the renderer to the connection.
public struct OutgoingResponse: Sendable {
    /// The status code.
    public var status: HTTPResponse.Status
    /// The header fields.
    public var fields: HTTPFields
    /// The content; empty in answers to `HEAD`. ``fields`` hold its type and length.
    public var body: [UInt8]

    /// - Parameters:
    ///   - status: the status code.
    ///   - fields: the header fields, with type and length of the content.
    ///   - body: the content.
    public init(_ status: HTTPResponse.Status, _ fields: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}
