// SPDX-License-Identifier: Apache-2.0

/// When whoever waits for a request's answer will have waited long enough. Stores that may have to wait give up by then,
/// however many calls a request needs.
public enum RequestDeadline {
    /// nil outside of requests.
    @TaskLocal public static var current: ContinuousClock.Instant?
}
