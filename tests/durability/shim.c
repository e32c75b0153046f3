/* Stands between a program and the C library (LD_PRELOAD) and counts the calls that write below one
 * folder. At a chosen one it kills the process or lets the call fail; and it records all of them,
 * with their data, so that a test can work out what a disk may look like after a power cut. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 'w', SYNC = 's', CUT = 't', RENAME = 'r', UNLINK = 'u', ACK = 'a', FAILED_SYNC = 'f' };
enum { NOTHING, KILL, FAIL_ONCE, FAIL_ON, FAIL_SYNCS };

static char folder[PATH_MAX];
static size_t folder_length;
static long count, chosen;
static int action = NOTHING, failure = EIO, syncs_to_fail = 3, trace = -1;

/* -- told by the test, through ctypes */

void shim_watch(const char *path) {
    strncpy(folder, path, sizeof folder - 1);
    folder_length = strlen(folder);
    count = chosen = 0;
    action = NOTHING;
}

void shim_arm(long at, int what, int error) {
    count = 0;
    chosen = at;
    action = what;
    failure = error;
}

long shim_count(void) { return count; }

void shim_trace(const char *path) {
    trace = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
}

/* -- what is watched */

static int is_below(const char *path) {
    if (!folder_length || strncmp(path, folder, folder_length)) return 0;
    return path[folder_length] == '/' || !path[folder_length];
}

static int path_of(int file, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, PATH_MAX - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return is_below(path) && !(size > 4 && !strcmp(path + size - 4, "-shm"));
}

static void record(char kind, const char *path, const char *other, int64_t at, const void *data, size_t size) {
    if (trace < 0) return;
    struct __attribute__((packed)) {
        char kind;
        uint32_t path, other;
        int64_t at;
        uint64_t size;
    } head = {kind, (uint32_t)strlen(path), (uint32_t)strlen(other), at, size};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)path, head.path},
                            {(void *)other, head.other}, {(void *)data, size}};
    if (syscall(SYS_writev, trace, parts, 4) < 0) abort();
}

/* Counts a call, and whether it is one to fail. */
static int fails(char kind) {
    count++;
    if (action == NOTHING) return 0;
    if (action == FAIL_SYNCS) {
        if (kind != SYNC || count < chosen) return 0;
        if (!--syncs_to_fail) action = NOTHING;
    } else if (action == FAIL_ON ? count < chosen : count != chosen) {
        return 0;
    } else if (action == KILL) {
        syscall(SYS_kill, getpid(), SIGKILL);
    }
    errno = failure;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* -- the calls */

static ssize_t put(int file, const void *data, size_t size, off_t at, int is_placed) {
    char path[PATH_MAX];
    if (trace >= 0 && file == STDOUT_FILENO) record(ACK, "", "", 0, data, size);
    if (path_of(file, path)) {
        if (fails(WRITE)) return -1;
        if (!is_placed) at = lseek(file, 0, fcntl(file, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
        record(WRITE, path, "", at, data, size);
        if (!is_placed) return syscall(SYS_write, file, data, size);
    }
    return is_placed ? syscall(SYS_pwrite64, file, data, size, at) : syscall(SYS_write, file, data, size);
}

ssize_t write(int file, const void *data, size_t size) { return put(file, data, size, 0, 0); }
ssize_t pwrite(int file, const void *data, size_t size, off_t at) { return put(file, data, size, at, 1); }
ssize_t pwrite64(int file, const void *data, size_t size, off_t at) { return put(file, data, size, at, 1); }

ssize_t pwritev(int file, const struct iovec *parts, int number, off_t at) {
    ssize_t all = 0;
    for (int i = 0; i < number; i++) {
        ssize_t size = put(file, parts[i].iov_base, parts[i].iov_len, at + all, 1);
        if (size < 0) return all ? all : -1;
        all += size;
    }
    return all;
}
ssize_t pwritev64(int file, const struct iovec *parts, int number, off_t at) {
    return pwritev(file, parts, number, at);
}

static int sync_file(int file, long call) {
    char path[PATH_MAX];
    if (path_of(file, path)) {
        int failed = fails(SYNC);
        record(failed ? FAILED_SYNC : SYNC, path, "", 0, "", 0);
        if (failed) return -1;
    }
    return (int)syscall(call, file);
}

int fsync(int file) { return sync_file(file, SYS_fsync); }
int fdatasync(int file) { return sync_file(file, SYS_fdatasync); }

int ftruncate(int file, off_t size) {
    char path[PATH_MAX];
    if (path_of(file, path)) {
        if (fails(CUT)) return -1;
        record(CUT, path, "", size, "", 0);
    }
    return (int)syscall(SYS_ftruncate, file, size);
}
int ftruncate64(int file, off_t size) { return ftruncate(file, size); }

int rename(const char *from, const char *to) {
    if (is_below(from)) {
        if (fails(RENAME)) return -1;
        record(RENAME, from, to, 0, "", 0);
    }
    return REAL(rename)(from, to);
}

int unlink(const char *path) {
    if (is_below(path)) {
        if (fails(UNLINK)) return -1;
        record(UNLINK, path, "", 0, "", 0);
    }
    return REAL(unlink)(path);
}

/* shutil.rmtree names files by their folder's descriptor. */
int unlinkat(int place, const char *name, int flags) {
    char path[2 * PATH_MAX];
    if (place != AT_FDCWD && path_of(place, path)) {
        size_t length = strlen(path);
        snprintf(path + length, sizeof path - length, "/%s", name);
        if (fails(UNLINK)) return -1;
        record(UNLINK, path, "", 0, "", 0);
    }
    return REAL(unlinkat)(place, name, flags);
}
