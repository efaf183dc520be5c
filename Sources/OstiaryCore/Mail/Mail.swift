// SPDX-License-Identifier: Apache-2.0

/// A message to the owner of an address. It has no words of a stranger: no display name, no user agent as sent.
public struct Mail: Sendable {
    /// An event that a message tells of.
    public struct Event: Sendable, Equatable {
        /// The time of the event.
        public let at: Timestamp
        /// The browser in known words, such as "Firefox on Linux"; nil for an unknown one.
        public let browser: String?
        /// The client's IP address; nil if there was no client.
        public let address: String?

        /// - Parameters:
        ///   - at: the time of the event.
        ///   - browser: the browser in known words; nil for an unknown one.
        ///   - address: the client's IP address; nil if there was no client.
        public init(at: Timestamp, browser: String? = nil, address: String? = nil) {
            self.at = at
            self.browser = browser
            self.address = address
        }
    }

    /// The kind, which decides the words of the message.
    public let kind: MailKind
    /// The address that the message is sent to.
    public let recipient: EmailAddress
    /// The language of the message.
    public let language: MailLanguage
    /// The absolute URL with the token; nil if the kind has none.
    public let link: String?
    /// Six digits; nil if the kind has none.
    public let code: String?
    /// The seconds for which link and code are valid; nil if there are none.
    public let lifetime: Int?
    /// The event that the message tells of, or the request that it answers.
    public let event: Event
    /// The unique part of the `Message-ID`, the same for each attempt: letters and digits.
    public let id: String
    /// The time at which the message was made, for `Date`.
    public let date: Timestamp

    /// - Parameters:
    ///   - kind: the kind of the message.
    ///   - recipient: the address that it is sent to.
    ///   - language: its language.
    ///   - link: the absolute URL with the token; nil if the kind has none.
    ///   - code: six digits; nil if the kind has none.
    ///   - lifetime: the seconds for which link and code are valid; nil if there are none.
    ///   - event: the event that the message tells of, or the request that it answers.
    ///   - id: the unique part of the `Message-ID`, letters and digits.
    ///   - date: the time for `Date`.
    public init(
        _ kind: MailKind, to recipient: EmailAddress, language: MailLanguage, link: String? = nil, code: String? = nil,
        lifetime: Int? = nil, event: Event, id: String, date: Timestamp
    ) {
        self.kind = kind
        self.recipient = recipient
        self.language = language
        self.link = link
        self.code = code
        self.lifetime = lifetime
        self.event = event
        self.id = id
        self.date = date
    }
}
