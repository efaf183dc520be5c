// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

extension ServerConfiguration {
    /// Resources of the machine that will be used up soon.
    var scarceResources: [Finding] { [lowSpace, fewDescriptors].compactMap(\.self) }

    /// Enough for some hundred thousand sessions.
    private static let enoughSpace = 512 << 20

    private var lowSpace: Finding? {
        guard case .sqlite(let path) = database else { return nil }
        var status = statvfs()
        guard statvfs(path, &status) == 0 || statvfs(dataDirectory, &status) == 0 else { return nil }
        let (free, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        guard !overflow, free < Self.enoughSpace else { return nil }
        return Finding(
            .warning, "low_space", "Only \(free >> 20) MiB are free for the database \(path).",
            advice: "Free space there; a server whose disk is full answers 503.")
    }

    private static let enoughDescriptors = 1_024

    private var fewDescriptors: Finding? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            limit.rlim_max < Self.enoughDescriptors
        else { return nil }
        return Finding(
            .warning, "few_descriptors",
            "A process here may open \(limit.rlim_max) files, and each connection of a client is one.",
            advice: "Raise the hard limit: LimitNOFILE= in the unit of systemd, or ulimit -Hn")
    }

    /// A certificate is told this long before it expires.
    private static let noticeDays = 14

    /// A certificate that a server cannot use, or that expires soon.
    var certificateFaults: [Finding] {
        guard let certificate else { return [] }
        let expiry: Timestamp
        do throws(StartError) { expiry = try ServerCertificate.expiry(of: certificate) } catch {
            return [Finding(.error, "certificate", error.description, advice: "Give a chain and its key in PEM.")]
        }
        guard expiry < Timestamp.now().adding(seconds: Self.noticeDays * 86_400) else { return [] }
        return [
            Finding(
                .warning, "certificate_expires",
                "The certificate \(certificate.certificate) is good until \(expiry.iso8601) only.",
                advice: "Renew it, and send the server SIGHUP.")
        ]
    }
}
