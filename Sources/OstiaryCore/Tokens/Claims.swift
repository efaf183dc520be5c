// SPDX-License-Identifier: Apache-2.0

/// The claims of a JWT (RFC 7519 §4), in the order in which they are written. Registered claims have typed properties;
/// all are accessible by name.
public struct Claims: Sendable, Equatable {
    private var object: JSONObject

    /// Claims without a member.
    public init() { object = JSONObject() }

    /// - Throws: ``TokenError/malformed`` if a registered claim is not of its type in RFC 7519 §4.1.
    init(_ object: JSONObject) throws(TokenError) {
        self.object = object
        for name in [ClaimName.expiresAt, .notBefore, .issuedAt] { _ = try Self.time(object[name.rawValue]) }
        if let id = object["jti"] {
            guard case .string(let text) = id, text.loneSurrogate == nil else { throw .malformed }
        }
    }

    /// The value of a claim; nil if it is absent.
    public subscript(name: String) -> JSONValue? { object[name] }

    /// Sets a claim; one that is present keeps its place.
    public mutating func set(_ value: JSONValue, for name: String) { object.updateValue(value, forKey: name) }

    /// The names of all claims, in the order in which they are written.
    public var names: some Sequence<String> { object.members.lazy.map(\.key) }

    /// `exp`. All times are written in whole seconds, rounded down.
    public var expiresAt: Timestamp? {
        get { time(.expiresAt) }
        set { setTime(newValue, .expiresAt) }
    }
    /// `nbf`
    public var notBefore: Timestamp? {
        get { time(.notBefore) }
        set { setTime(newValue, .notBefore) }
    }
    /// `iat`
    public var issuedAt: Timestamp? {
        get { time(.issuedAt) }
        set { setTime(newValue, .issuedAt) }
    }
    /// `jti`
    public var id: String? {
        get { text("jti") }
        set { setText(newValue, "jti") }
    }
    /// `iss`
    public var issuer: String? {
        get { text("iss") }
        set { setText(newValue, "iss") }
    }
    /// `sub`
    public var subject: String? {
        get { text("sub") }
        set { setText(newValue, "sub") }
    }

    func write(to json: inout JSONWriter) { json.write(.object(object)) }

    private enum ClaimName: String { case expiresAt = "exp", notBefore = "nbf", issuedAt = "iat" }

    private func time(_ name: ClaimName) -> Timestamp? { (try? Self.time(object[name.rawValue])) ?? nil }

    private mutating func setTime(_ moment: Timestamp?, _ name: ClaimName) {
        if let moment { set(.number(JSONNumber(moment.seconds)), for: name.rawValue) }
    }

    private func text(_ name: String) -> String? {
        if case .string(let text) = object[name] { text.text } else { nil }
    }

    private mutating func setText(_ text: String?, _ name: String) {
        if let text { set(JSONValue(text), for: name) }
    }

    /// Reads a NumericDate (RFC 7519 §2), which may have a fraction; nil if the claim is absent.
    static func time(_ value: JSONValue?) throws(TokenError) -> Timestamp? {
        guard let value else { return nil }
        guard case .number(let number) = value else { throw .malformed }
        if let seconds = number.integer { return Timestamp(seconds: seconds) }
        guard let seconds = Int64(exactly: number.double.rounded(.down)) else { throw .malformed }
        return Timestamp(seconds: seconds)
    }
}
