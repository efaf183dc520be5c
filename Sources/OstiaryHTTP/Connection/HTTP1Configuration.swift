public import Hummingbird
import HummingbirdCore

extension HTTP1Channel.Configuration {
    /// The limits of a request's head and the deadlines of a connection.
    ///
    /// The number of header lines is bounded because the framework's header type traps on too many (CVE-2026-28980).
    public static var ostiary: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: [FramingGuardInstaller(), ConnectionDeadlines()],
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 * 1_024, maxHeaderListSize: 32 * 1_024, maxHeaderFieldCount: 100
            )
        )
    }
}
