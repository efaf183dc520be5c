// SPDX-License-Identifier: Apache-2.0

/// The reason why a store did not do what an administrator asked for. It has changed nothing then.
public enum AdministrationRefusal: Error, Equatable, CustomStringConvertible {
    /// The author lacks the permission, or a right, flag or group that the change is about.
    case denied
    /// The author would deactivate, delete or demote the own account.
    case ownAccount
    /// No active superuser would be left.
    case lastSuperuser
    /// Groups and permissions are those of a Django service, which keeps them.
    case keptElsewhere

    public var description: String {
        switch self {
        case .denied: "You cannot give or touch rights that you do not have."
        case .ownAccount: "You cannot deactivate, delete or demote your own account."
        case .lastSuperuser: "This is the last active superuser. Create another one first."
        case .keptElsewhere: "Groups and permissions are kept by the Django service. Change them there."
        }
    }
}
