// SPDX-License-Identifier: Apache-2.0

extension Setting where Value == Int {
    /// `AUDIT_RETENTION`: the days for which entries of the audit log are kept; 0 for ever.
    public static let auditRetention = Setting(
        name: "AUDIT_RETENTION", defaultValue: 90, range: 0...36_500, unit: "days",
        help: "How long entries of the audit log are kept; 0 for ever."
    )
}

extension Settings {
    static let audit = [AnySetting(.auditRetention)]
}
