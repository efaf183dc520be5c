// SPDX-License-Identifier: Apache-2.0

package enum ConstanceTable {
    /// The statement with which django-constance's migrations leave its table; both engines take it.
    package static let creation: StaticString = """
        CREATE TABLE constance_constance (id BIGINT, key VARCHAR(255) NOT NULL UNIQUE, value TEXT)
        """
}
