// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// Reads the feed of revocations page by page, for as long as it runs.
///
/// The server answers a poll as soon as something is revoked, after 30 seconds at the latest.
final class RevocationFollower: Sendable {
    let list: RevocationList
    let freshness: Freshness
    private let feed: RevocationFeed
    private let issuer: String
    private let address: String
    private let options: TokenVerifier.Options
    private let keys: KeyCache
    private let transport: any VerifierTransport

    /// Seconds that a poll may wait at the server.
    static let wait = 30
    /// The pause before a further try is drawn between half of a bound and the bound, which doubles from the first to the last.
    static let (firstPause, lastPause) = (Duration.milliseconds(200), Duration.seconds(10))
    /// Seconds that a page may have been under way: beyond them, and those that clocks differ, it counts as old as it says.
    static let transit = 10
    /// Seconds that the clocks of the server and of this machine may differ.
    static let skew = 60

    init(
        _ feed: RevocationFeed, issuer: String, keys: KeyCache, options: TokenVerifier.Options,
        transport: any VerifierTransport
    ) throws(VerifierConfigurationError) {
        try feed.check()
        let address = feed.address ?? issuer + "/api/revocations/"
        try ServerAddress.check(address, allowsPlainText: options.allowsPlainText)
        self.feed = feed
        self.issuer = issuer
        self.address = address
        self.keys = keys
        self.options = options
        self.transport = transport
        list = RevocationList(maximum: feed.maximumEntries, margin: Self.skew + options.leeway)
        freshness = Freshness(policy: feed.silence, options: options)
    }

    var isWhole: Bool { list.isWhole(now: options.clock.now()) }

    /// Reports the begin and the end of a silence.
    /// - Returns: true if a token may be accepted, as far as the age of the list decides it.
    @discardableResult
    func admits() -> Bool { freshness.admits(isWhole: isWhole) }

    /// A place in the feed.
    private struct Place {
        var cursor: String?
        /// True from the first page of a whole list on.
        var isWhole = false
        /// True if the next page is there already.
        var hasMore = true
        var failures = 0
        var failure: String?
        var forgottenAt = 0
    }

    /// Follows the feed until the task is cancelled.
    func run() async {
        var place = Place()
        while !Task.isCancelled {
            keys.refresh()
            let start = options.clock.uptime()
            do throws(FeedError) {
                let cursor = place.cursor
                let page = try await poll(&place)
                place.failures = 0
                place.failure = nil
                // A server that ends, or a proxy between, may answer at once with nothing new; and beside a long transaction of its
                // database a server may send the same again.
                let isIdle = page.isEmpty || page.cursor == cursor
                let isEarly = options.clock.uptime() - start < .milliseconds(500)
                if isIdle, !page.hasMore, isEarly, !(await pause(.milliseconds(500), atLeast: 0)) { return }
            } catch {
                if Task.isCancelled { return }
                if place.failure != error.reason { options.report(.feedFailed(reason: error.reason)) }
                place.failure = error.reason
                admits()
                let bound = min(Self.lastPause, Self.firstPause * (1 << min(place.failures, 10)))
                place.failures += 1
                guard await pause(bound, atLeast: error.retryAfter) else { return }
            }
        }
    }

    /// - Returns: false if the task was cancelled.
    private func pause(_ bound: Duration, atLeast seconds: Int) async -> Bool {
        let drawn = bound * Double.random(in: 0.5...1)
        do {
            try await options.clock.sleep(max(drawn, .seconds(min(seconds, 30))))
            return !Task.isCancelled
        } catch {
            return false
        }
    }

    private struct FeedError: Error {
        let reason: String
        var retryAfter = 0
    }

    /// Asks for the next page and takes it over.
    private func poll(_ place: inout Place) async throws(FeedError) -> RevocationPage {
        let answer: VerifierAnswer
        // The first page of a list is there at once; a wait would only hide a server that has none.
        let wait = place.cursor == nil || place.hasMore ? 0 : Self.wait
        do {
            answer = try await transport.get(request(place, wait: wait))
        } catch {
            throw FeedError(reason: "no answer: \(error)")
        }
        if answer.status == 400, place.cursor != nil {
            // The cursor is of another database, or of a time that is over there: the whole list has to be read anew.
            (place.cursor, place.isWhole) = (nil, false)
        }
        guard answer.status == 200 else {
            let retryAfter = answer["retry-after"].flatMap(Int.init) ?? 0
            throw FeedError(reason: "status \(answer.status)", retryAfter: max(0, retryAfter))
        }
        let page = try await page(answer.body)
        guard page.isWhole || place.cursor != nil else { throw FeedError(reason: "a list that does not begin") }
        guard !page.hasMore || page.cursor != place.cursor else { throw FeedError(reason: "a list without an end") }
        apply(page, &place)
        return page
    }

    private func apply(_ page: RevocationPage, _ place: inout Place) {
        let now = options.clock.now()
        let minute = Int(now) / 60
        if minute != place.forgottenAt {
            place.forgottenAt = minute
            list.forget(now: now)
        }
        if !list.merge(page) { options.report(.tooManyEntries(maximum: feed.maximumEntries)) }
        place.cursor = page.cursor
        place.hasMore = page.hasMore
        if page.isWhole { place.isWhole = true }
        if !page.hasMore, place.isWhole {
            let age = now - Double(page.issuedAt)
            let counts = age > Double(Self.transit + Self.skew) ? age : 0
            freshness.learned(age: .seconds(counts))
            admits()
        }
    }

    /// A page whose signature is the issuer's.
    private func page(_ body: [UInt8]) async throws(FeedError) -> RevocationPage {
        do throws(TokenRefusal) {
            let text = try SignedText(body, type: RevocationPage.type, algorithms: options.algorithms)
            guard let key = await keys.key(text.keyID, pause: KeyCache.feedPause) else { throw .unknownKey }
            guard !list.revokes(key: key.id) else { throw .keyRevoked }
            let claims = try text.payload(by: key).members
            guard let page = RevocationPage(claims, issuer: issuer) else { throw .claims }
            return page
        } catch {
            throw FeedError(reason: "the answer is no page of this issuer: \(error.rawValue)")
        }
    }

    private func request(_ place: Place, wait: Int) -> VerifierRequest {
        var query = "?wait=\(wait)"
        if let cursor = place.cursor { query += "&after=\(Self.percentEncoded(cursor))" }
        if let etag = keys.etag { query += "&keys=\(Self.percentEncoded(etag))" }
        if !feed.instanceName.isEmpty { query += "&instance=\(Self.percentEncoded(feed.instanceName))" }
        let credentials = Data("\(feed.clientID):\(feed.secret)".utf8).base64EncodedString()
        return VerifierRequest(
            url: address + query, headers: [("Accept", "application/jwt"), ("Authorization", "Basic \(credentials)")],
            timeout: .seconds(wait) + options.timeout, maximumAnswer: RevocationPage.maximumSize)
    }

    /// Everything but the unreserved characters of RFC 3986 §2.3 is encoded.
    private static func percentEncoded(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            if RevocationFeed.isPlain(scalar) || scalar == "." || scalar == "~" {
                result.unicodeScalars.append(scalar)
            } else {
                for byte in String(Character(scalar)).utf8 {
                    result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
                }
            }
        }
    }
}
