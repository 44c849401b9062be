// Sends SIGKILL to its process before the n-th change of a file below a folder; see `kills`.
//
// KILL_BELOW names the folder, KILL_AT the number, counted from 1; KILL_COUNT a file that gets the
// number of changes of a process that ends by itself.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEXT(function) ((typeof(&function))dlsym(RTLD_NEXT, #function))

static atomic_long changes;

static int is_below(const char *path) {
    const char *folder = getenv("KILL_BELOW");
    return folder && !strncmp(path, folder, strlen(folder));
}

static int is_file_below(int file) {
    struct stat facts;
    char link[64], path[4096];
    if (fstat(file, &facts) || !S_ISREG(facts.st_mode)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    return is_below(path);
}

// Counts a change. Returns 1 for the one to be killed before.
static int is_due(int counts) {
    const char *at = getenv("KILL_AT");
    return counts && ++changes == (at ? atol(at) : 0);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

ssize_t write(int file, const void *bytes, size_t count) {
    if (is_due(is_file_below(file))) {
        // Every other write is cut in the middle.
        if (changes % 2) NEXT(write)(file, bytes, count / 2);
        die();
    }
    return NEXT(write)(file, bytes, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    if (is_due(is_file_below(file))) die();
    return NEXT(pwrite64)(file, bytes, count, offset);
}

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count,
                        unsigned flags) {
    if (is_due(is_file_below(to))) die();
    return NEXT(copy_file_range)(from, from_offset, to, to_offset, count, flags);
}

int ftruncate64(int file, off64_t length) {
    if (is_due(is_file_below(file))) die();
    return NEXT(ftruncate64)(file, length);
}

int fsync(int file) {
    if (is_due(is_file_below(file))) die();
    return NEXT(fsync)(file);
}

int fdatasync(int file) {
    if (is_due(is_file_below(file))) die();
    return NEXT(fdatasync)(file);
}

int rename(const char *from, const char *to) {
    if (is_due(is_below(from))) die();
    return NEXT(rename)(from, to);
}

int unlink(const char *path) {
    if (is_due(is_below(path))) die();
    return NEXT(unlink)(path);
}

int mkdir(const char *path, mode_t mode) {
    if (is_due(is_below(path))) die();
    return NEXT(mkdir)(path, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    if (is_due((flags & (O_CREAT | O_TRUNC)) && is_below(path))) die();
    return NEXT(open64)(path, flags, mode);
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("KILL_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%ld", (long)changes);
    fclose(file);
}
