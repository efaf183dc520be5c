// SPDX-License-Identifier: Apache-2.0

/// The paths of the JSON API that the pages ask.
enum AdminAPI {
    private static let root = "/api/admin"

    static let me = "\(root)/me/"
    static let overview = "\(root)/overview/"
    static let users = "\(root)/users/"
    static let userActions = "\(root)/users/actions/"
    static let matchingUsers = "\(root)/users/matching/"
    static let sessions = "\(root)/sessions/"
    static let sessionActions = "\(root)/sessions/actions/"
    static let settings = "\(root)/settings/"
    static let groups = "\(root)/groups/"
    static let audit = "\(root)/audit/"
    static let setup = "\(root)/setup/"

    static func user(_ id: Int64) -> String { "\(users)\(id)/" }
    static func password(of id: Int64) -> String { "\(users)\(id)/password/" }
    static func session(_ id: String) -> String { "\(sessions)\(percentEncoded(id))/" }
    static func setting(_ name: String) -> String { "\(settings)\(percentEncoded(name))/" }
    static func preview(of name: String, _ value: String) -> String {
        "\(settings)\(percentEncoded(name))/preview/?value=\(percentEncoded(value))"
    }
    static func group(_ id: Int64) -> String { "\(groups)\(id)/" }
}
