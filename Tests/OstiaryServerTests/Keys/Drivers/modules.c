/* SPDX-License-Identifier: Apache-2.0
   Lets Dovecot find its modules where its package was unpacked: their folder is compiled into it. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *place(const char *path, char *buffer, size_t size) {
    static const char compiled[] = "/usr/lib/dovecot/";
    const char *folder = getenv("DOVECOT_MODULES");
    if (!path || !folder || strncmp(path, compiled, sizeof compiled - 1) != 0) return path;
    snprintf(buffer, size, "%s/%s", folder, path + sizeof compiled - 1);
    return buffer;
}

DIR *opendir(const char *path) {
    char buffer[4096];
    DIR *(*next)(const char *) = (DIR * (*)(const char *)) dlsym(RTLD_NEXT, "opendir");
    return next(place(path, buffer, sizeof buffer));
}

void *dlopen(const char *path, int mode) {
    char buffer[4096];
    void *(*next)(const char *, int) = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");
    return next(place(path, buffer, sizeof buffer), mode);
}
