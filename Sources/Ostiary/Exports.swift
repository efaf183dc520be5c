// SPDX-License-Identifier: Apache-2.0

// One import for an application: the values of services, endpoints, tables and features, and the adapter for Hummingbird.
@_exported public import OstiaryCore
@_exported public import OstiaryHTTP
@_exported public import OstiaryHummingbird
@_exported public import OstiarySQL
@_exported public import OstiaryServer
