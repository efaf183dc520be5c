-- A database of release 0.1.0, made at 1796016176 seconds after 1970 with the secret of ServerProcess: an account, a session that was
-- refreshed once, and one of a browser.
BEGIN TRANSACTION;
CREATE TABLE ostiary_audit (
    id INTEGER PRIMARY KEY,
    at BIGINT NOT NULL,
    event TEXT NOT NULL,
    actor TEXT NOT NULL,
    user_id BIGINT,
    session_id BLOB,
    network TEXT,
    request TEXT,
    cause TEXT,
    object TEXT,
    changes TEXT,
    count BIGINT NOT NULL
);
INSERT INTO "ostiary_audit" VALUES(1,1796016172422991,'setup_link_made','system',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1);
INSERT INTO "ostiary_audit" VALUES(2,1796016173983116,'registered','client',1,NULL,'127.0.0.1/32','ad8a12a379e341b68c56aab0c8011415',NULL,NULL,NULL,1);
INSERT INTO "ostiary_audit" VALUES(3,1796016174266658,'logged_in','client',1,X'66881ED2BEF7A59927A53F923F1FFC1B','127.0.0.1/32','013a7648487a7a3094f46150fb8fdab7',NULL,NULL,NULL,1);
INSERT INTO "ostiary_audit" VALUES(4,1796016175346637,'logged_in','client',1,X'F4BF66080A073CD0E6CF6E8DC1DAD3DE','127.0.0.1/32','a6bfee1340af35f5d1289dceecbbc741',NULL,NULL,NULL,1);
INSERT INTO "ostiary_audit" VALUES(5,1796016175510792,'setting_changed','operator:root',NULL,NULL,NULL,NULL,NULL,'ACCESS_TOKEN_LIFETIME','{"ACCESS_TOKEN_LIFETIME":[null,"7200"]}',1);
INSERT INTO "ostiary_audit" VALUES(6,1796016175567204,'login_refused','client',1,NULL,'127.0.0.1/32','f19ff498be99842f480cf281f50c0e6d','wrong_password','address:8491e5879e7e480c4a7892f285f6923c',NULL,1);
CREATE TABLE ostiary_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL
);
INSERT INTO "ostiary_change" VALUES(1,'keys','',1796016172366031);
INSERT INTO "ostiary_change" VALUES(2,'setting','ACCESS_TOKEN_LIFETIME',1796016175510792);
CREATE TABLE ostiary_group (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name VARCHAR(150) NOT NULL UNIQUE
);
CREATE TABLE ostiary_group_member (
    group_id BIGINT NOT NULL REFERENCES ostiary_group (id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES ostiary_user (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
) WITHOUT ROWID;
CREATE TABLE ostiary_group_permission (
    group_id BIGINT NOT NULL REFERENCES ostiary_group (id) ON DELETE CASCADE,
    permission VARCHAR(100) NOT NULL,
    PRIMARY KEY (group_id, permission)
) WITHOUT ROWID;
CREATE TABLE ostiary_known_network (
    user_id BIGINT NOT NULL REFERENCES ostiary_user (id) ON DELETE CASCADE,
    network VARCHAR(45) NOT NULL,
    last_sign_in BIGINT NOT NULL,
    PRIMARY KEY (user_id, network)
) WITHOUT ROWID;
CREATE TABLE ostiary_mail_budget (
    subject VARCHAR(340) NOT NULL PRIMARY KEY,
    started_at BIGINT NOT NULL,
    count INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE ostiary_migration (
    name VARCHAR(255) NOT NULL PRIMARY KEY,
    applied_at BIGINT NOT NULL
);
INSERT INTO "ostiary_migration" VALUES('0000_change_feed',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0001_accounts',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0002_sessions',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0003_settings',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0004_settings_journal',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0005_signing_key',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0006_sealed_successors',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0007_known_networks',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0009_refresh_token_order',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0010_token_cutoffs',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0011_settings_place',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0012_audit',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0013_authentication',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0014_root_secret',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0015_admin_indexes',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0016_permissions',1796016172123029);
INSERT INTO "ostiary_migration" VALUES('0017_mail',1796016172123029);
CREATE TABLE ostiary_one_time_token (
    digest BLOB NOT NULL PRIMARY KEY,
    purpose VARCHAR(20) NOT NULL,
    user_id BIGINT NOT NULL REFERENCES ostiary_user (id) ON DELETE CASCADE,
    address VARCHAR(320) NOT NULL,
    account_key VARCHAR(320),
    session_id BLOB,
    code_token BLOB UNIQUE,
    code BLOB,
    attempts INTEGER NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE ostiary_outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind VARCHAR(30) NOT NULL,
    address VARCHAR(320) NOT NULL,
    user_id BIGINT REFERENCES ostiary_user (id) ON DELETE CASCADE,
    session_id BLOB,
    language VARCHAR(35) NOT NULL,
    event_at BIGINT NOT NULL,
    event_browser VARCHAR(60),
    event_address VARCHAR(45),
    nonce BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    is_prepared BOOL NOT NULL,
    claim BLOB,
    claimed_until BIGINT NOT NULL,
    failed_at BIGINT,
    failure VARCHAR(300)
);
CREATE TABLE ostiary_password_mark (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES ostiary_user (id) ON DELETE CASCADE,
    at BIGINT NOT NULL
);
CREATE TABLE ostiary_pending_registration (
    digest BLOB NOT NULL PRIMARY KEY,
    email VARCHAR(254) NOT NULL,
    password VARCHAR(128) NOT NULL,
    attempts INTEGER NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE "ostiary_refresh_token" (
    digest BLOB NOT NULL PRIMARY KEY,
    session_id BLOB NOT NULL REFERENCES ostiary_session (id) ON DELETE CASCADE,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at BIGINT,
    purge_after BIGINT NOT NULL,
    parent_key BLOB,
    spent_key BLOB,
    access_expires_at BIGINT,
    successor BLOB,
    sealed_successor BLOB
);
INSERT INTO "ostiary_refresh_token" VALUES(X'F2736385347CC9D633DA265054D02B84FAE2F3632FF615D2D4DDA27E3F40C2E2',X'66881ED2BEF7A59927A53F923F1FFC1B',1796016174266658,1798608174266658,1796016174953316,1798608174953316,NULL,NULL,1796124174953316,X'5F731BC9DA0B89C368941644992A2E6FDAF7B36D4709F105BDC1B510842BAEFF',X'DEE85087DCB4D1CDF19D62D9CA284E10B050CD5DD489727C6C490CDE68E99C436102EC5A267F753F3E999BF0');
INSERT INTO "ostiary_refresh_token" VALUES(X'5F731BC9DA0B89C368941644992A2E6FDAF7B36D4709F105BDC1B510842BAEFF',X'66881ED2BEF7A59927A53F923F1FFC1B',1796016174953316,1798608174953316,NULL,1798608174953316,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "ostiary_refresh_token" VALUES(X'26016217BF09FA39923582F0F8B728181855DB7915D128ADE605E7E5C4F48C22',X'F4BF66080A073CD0E6CF6E8DC1DAD3DE',1796016175346637,1798608175346637,NULL,1798608175346637,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE ostiary_root_secret (
    slot BIGINT NOT NULL PRIMARY KEY CHECK (slot = 1),
    fingerprint VARCHAR(255) NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE ostiary_session (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES ostiary_user (id) ON DELETE CASCADE,
    started_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    ended_at BIGINT,
    purge_after BIGINT NOT NULL,
    address VARCHAR(45),
    user_agent VARCHAR(200)
, authenticated_at BIGINT, amr TEXT NOT NULL DEFAULT 'pwd', acr TEXT NOT NULL DEFAULT 'aal1') WITHOUT ROWID;
INSERT INTO "ostiary_session" VALUES(X'66881ED2BEF7A59927A53F923F1FFC1B',1,1796016174266658,1796016174953316,NULL,1798608174953316,'127.0.0.1','curl/7.88.1',1796016174266658,'pwd','aal1');
INSERT INTO "ostiary_session" VALUES(X'F4BF66080A073CD0E6CF6E8DC1DAD3DE',1,1796016175346637,1796016175346637,NULL,1798608175346637,'127.0.0.1','curl/7.88.1',1796016175346637,'pwd','aal1');
CREATE TABLE ostiary_setting (
    name VARCHAR(255) NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
INSERT INTO "ostiary_setting" VALUES('ACCESS_TOKEN_LIFETIME','7200',1796016175510792);
CREATE TABLE ostiary_setting_copy (
    name VARCHAR(255) NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE ostiary_settings_place (
    slot BIGINT NOT NULL PRIMARY KEY CHECK (slot = 1),
    kind VARCHAR(32) NOT NULL,
    url TEXT,
    prefix TEXT,
    recorded_at BIGINT NOT NULL
);
INSERT INTO "ostiary_settings_place" VALUES(1,'database',NULL,NULL,1796016172406507);
CREATE TABLE ostiary_setup (
    digest BLOB NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
INSERT INTO "ostiary_setup" VALUES(X'723E697F0CF9638644B05F0A66DE6BA89DFA1F246C5C2D2349BD221974D99D8B',1796017972422991);
CREATE TABLE ostiary_signing_key (
    slot BIGINT NOT NULL PRIMARY KEY CHECK (slot = 1),
    fingerprint VARCHAR(255) NOT NULL,
    created_at BIGINT NOT NULL
);
INSERT INTO "ostiary_signing_key" VALUES(1,'xKSsR2sCb8pUNDoyOvW9DukXs1IX5xnWyO1ZFvFFPic',1796016172366031);
CREATE TABLE ostiary_token_cutoff (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES ostiary_user (id) ON DELETE CASCADE,
    issued_before BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE ostiary_user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    password VARCHAR(128) NOT NULL,
    last_login DATETIME,
    is_superuser BOOL NOT NULL,
    email VARCHAR(254) NOT NULL,
    username VARCHAR(150) NOT NULL,
    first_name VARCHAR(150) NOT NULL,
    last_name VARCHAR(150) NOT NULL,
    is_active BOOL NOT NULL,
    is_staff BOOL NOT NULL
);
INSERT INTO "ostiary_user" VALUES(1,'argon2$argon2id$v=19$m=19456,t=2,p=1$jsvsRDuiNZWjnGoSeWEmeg$J9rNqLk7zVoSQtCT5j35KhK2vtbqsAlSCGTRcJFvqaQ','2026-11-30 05:22:55.346637',0,'before@mail.example','','','',1,0);
CREATE TABLE ostiary_user_permission (
    user_id BIGINT NOT NULL REFERENCES ostiary_user (id) ON DELETE CASCADE,
    permission VARCHAR(100) NOT NULL,
    PRIMARY KEY (user_id, permission)
) WITHOUT ROWID;
CREATE TABLE ostiary_verified_email (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES ostiary_user (id) ON DELETE CASCADE,
    email VARCHAR(254) NOT NULL,
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX ostiary_user_email_key ON ostiary_user (lower(email));
CREATE INDEX ostiary_session_purge ON ostiary_session (purge_after);
CREATE INDEX ostiary_known_network_last ON ostiary_known_network (last_sign_in);
CREATE INDEX ostiary_refresh_token_session ON ostiary_refresh_token (session_id);
CREATE INDEX ostiary_refresh_token_purge ON ostiary_refresh_token (purge_after);
CREATE UNIQUE INDEX ostiary_refresh_token_live ON ostiary_refresh_token (session_id)
    WHERE spent_at IS NULL;
CREATE INDEX ostiary_audit_user ON ostiary_audit (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX ostiary_audit_object ON ostiary_audit (object, id) WHERE object IS NOT NULL;
CREATE INDEX ostiary_user_last_login ON ostiary_user (last_login, id);
CREATE INDEX ostiary_user_staff ON ostiary_user (id) WHERE is_staff;
CREATE INDEX ostiary_user_superuser ON ostiary_user (id) WHERE is_superuser;
CREATE INDEX ostiary_user_inactive ON ostiary_user (id) WHERE NOT is_active;
CREATE INDEX ostiary_user_name ON ostiary_user (username, id) WHERE username <> '';
CREATE INDEX ostiary_session_started ON ostiary_session (started_at, id, ended_at) WHERE ended_at IS NULL;
CREATE INDEX ostiary_session_address ON ostiary_session (address, started_at, id, ended_at) WHERE ended_at IS NULL;
CREATE INDEX ostiary_session_user_started ON ostiary_session (user_id, started_at, id);
CREATE INDEX ostiary_group_member_user ON ostiary_group_member (user_id);
CREATE INDEX ostiary_outbox_due ON ostiary_outbox (due_at, id) WHERE failed_at IS NULL;
CREATE INDEX ostiary_outbox_failed ON ostiary_outbox (failed_at) WHERE failed_at IS NOT NULL;
CREATE INDEX ostiary_outbox_user ON ostiary_outbox (user_id);
CREATE INDEX ostiary_outbox_claim ON ostiary_outbox (claim);
CREATE INDEX ostiary_one_time_token_user ON ostiary_one_time_token (user_id, purpose, made_at);
CREATE INDEX ostiary_one_time_token_expiry ON ostiary_one_time_token (expires_at);
CREATE INDEX ostiary_pending_registration_expiry ON ostiary_pending_registration (expires_at);
CREATE INDEX ostiary_mail_budget_start ON ostiary_mail_budget (started_at);
COMMIT;
