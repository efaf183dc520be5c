import Synchronization

/// Whether the address was ever bound: an error before that is a configuration that cannot work.
final class Running: Sendable {
    private let started = Atomic<Bool>(false)

    func start() { started.store(true, ordering: .relaxed) }

    var hasStarted: Bool { started.load(ordering: .relaxed) }
}
