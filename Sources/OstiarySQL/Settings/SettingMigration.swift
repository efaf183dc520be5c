extension Migration {
    static let settings = Migration(name: "0003_settings") { _ in
        [
            """
            CREATE TABLE ostiary_setting (
                name VARCHAR(255) NOT NULL PRIMARY KEY,
                value TEXT NOT NULL,
                changed_at BIGINT NOT NULL
            )
            """
        ]
    }
}
