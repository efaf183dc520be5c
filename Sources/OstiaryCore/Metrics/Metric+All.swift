// SPDX-License-Identifier: Apache-2.0

extension Metric.Label {
    static let resource = Metric.Label(
        "resource", nil,
        text: "the name of the endpoint in lower case; `pages` for answers to browsers; `unknown` for other paths")
    static let status = Metric.Label("status", (2...5).map { "\($0)xx" })
    static let event = Metric.Label(
        "event", AuditEvent.all.map(\.rawValue), text: "the [events](features/audit.md#events) of the audit log")
    static let scope = Metric.Label("scope", ThrottleScope.allCases.map(\.rawValue))
    static let reason = Metric.Label("reason", WriteFailure.allCases.map(\.rawValue))
    static let cause = Metric.Label("cause", AcceptPause.allCases.map(\.rawValue))
    static let use = Metric.Label("use", ["settings", "throttling"])
    static let result = Metric.Label("result", ["sent", "deferred", "failed", "unavailable"])
    static let version = Metric.Label("version", nil, text: "the version of the server")

    /// All labels in the order of the documentation.
    package static let all = [resource, status, event, scope, reason, cause, use, result, version]
}

extension Metric {
    package static let requests = Metric(
        "ostiary_http_requests_total", .counter, "Answered requests", labels: [.resource, .status])
    package static let requestDuration = Metric(
        "ostiary_http_request_duration_seconds", .histogram, "Time from the complete request to its answer",
        labels: [.resource, .status])
    package static let openConnections = Metric("ostiary_connections_open", .gauge, "Open connections of clients")
    package static let refusedConnections = Metric(
        "ostiary_connections_refused_total", .counter,
        "Connections closed at once, since their network had as many as it may",
        page: "operating/configuration.md#limits")
    package static let acceptPauses = Metric(
        "ostiary_accept_pauses_total", .counter,
        "Times that new connections had to wait, since the process had as many connections or descriptors as it may",
        labels: [.cause], page: "operating/configuration.md#limits")
    package static let auditEvents = Metric(
        "ostiary_audit_events_total", .counter,
        "Entries of the audit log that this node wrote; refused and throttled logins by their count", labels: [.event],
        page: "features/audit.md#events")
    package static let throttled = Metric(
        "ostiary_throttled_total", .counter, "Requests answered 429, by the budget that was spent", labels: [.scope],
        page: "features/throttling.md")
    package static let hashingWaiting = Metric(
        "ostiary_hashing_waiting", .gauge, "Password checks that wait for a thread")
    package static let hashingWait = Metric(
        "ostiary_hashing_wait_seconds", .histogram, "Time from the admission of a password to the begin of its hash")
    package static let hashingDuration = Metric("ostiary_hashing_duration_seconds", .histogram, "Time per hash")
    package static let hashingRefused = Metric(
        "ostiary_hashing_refused_total", .counter, "Passwords that were not admitted and answered 503")
    package static let databaseWaiting = Metric(
        "ostiary_database_waiting", .gauge, "Reads and writes that wait for the database")
    package static let failedWrites = Metric(
        "ostiary_database_write_failures_total", .counter, "Writes that the database did not keep", labels: [.reason])
    package static let changeFeedLive = Metric(
        "ostiary_change_feed_live", .gauge,
        "1 while changes of other processes arrive, so that memory may be used; 0 while each request asks the database")
    package static let redisConnected = Metric(
        "ostiary_redis_connected", .gauge,
        "1 while Redis is connected; 0 while the last known settings, or the node's own budgets, are in force",
        labels: [.use])
    package static let mail = Metric(
        "ostiary_mail_attempts_total", .counter,
        "Attempts to send a message, by their end; `unavailable` when no message leaves at the moment",
        labels: [.result], page: "features/mail.md#the-outbox")
    package static let mailWaiting = Metric("ostiary_mail_waiting", .gauge, "Messages that wait, up to 100,000")
    package static let mailFailed = Metric(
        "ostiary_mail_failed", .gauge, "Messages that failed in the last seven days, up to 100,000")
    package static let mailOldest = Metric(
        "ostiary_mail_oldest_seconds", .gauge, "Age of the oldest message that waits; 0 if none does")
    package static let ready = Metric(
        "ostiary_ready", .gauge, "1 if /readyz would answer 200; looked up every five seconds",
        page: "operating/watch-it.md#health")
    package static let certificateEnd = Metric(
        "ostiary_tls_certificate_not_after_timestamp_seconds", .gauge,
        "Unix time at which the first certificate of the chain in use expires", page: "operating/install.md#tls")
    package static let build = Metric("ostiary_build_info", .gauge, "Always 1", labels: [.version])
    package static let processStart = Metric(
        "process_start_time_seconds", .gauge, "Unix time at which the process started")
    package static let processorTime = Metric(
        "process_cpu_seconds_total", .counter, "Processor time of the process, in user and system mode")
    package static let residentMemory = Metric("process_resident_memory_bytes", .gauge, "Memory that is resident")
    package static let virtualMemory = Metric("process_virtual_memory_bytes", .gauge, "Memory that is mapped")
    package static let openDescriptors = Metric("process_open_fds", .gauge, "Open file descriptors")
    package static let maximumDescriptors = Metric(
        "process_max_fds", .gauge, "Limit of open file descriptors", page: "operating/configuration.md#limits")

    /// All metrics of the server, in the order of the documentation.
    package static let all: [Metric] = [
        requests, requestDuration, openConnections, refusedConnections, acceptPauses, auditEvents, throttled,
        hashingWaiting,
        hashingWait, hashingDuration, hashingRefused, databaseWaiting, failedWrites, changeFeedLive, redisConnected,
        mail, mailWaiting, mailFailed, mailOldest, ready, certificateEnd, build, processStart, processorTime,
        residentMemory, virtualMemory, openDescriptors,
        maximumDescriptors,
    ]
}
