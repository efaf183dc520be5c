#include <sqlite3.h>

// Swift cannot call functions with a variable number of arguments.
/// Keeps the last connection that closes from moving the log into the file and deleting it.
static inline int ostiary_keep_log(sqlite3 *connection) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
