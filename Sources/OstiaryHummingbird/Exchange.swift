// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import OstiaryHTTP

extension IncomingRequest {
    /// - Parameter peer: the context of the request, which may know the other end of the connection.
    init(_ request: Request, body: Body = .empty, peer context: any Hummingbird.RequestContext) {
        self.init(
            request.method, request.head.path ?? "/", authority: request.head.authority, fields: request.headers,
            body: body, peer: (context as? any RemoteAddressRequestContext)?.remoteAddress)
    }
}

extension Response {
    init(_ answer: OutgoingResponse) {
        self.init(
            status: answer.status, headers: answer.fields,
            body: answer.body.isEmpty ? .init() : .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
