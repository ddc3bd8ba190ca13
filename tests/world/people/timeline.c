/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/world/people/timeline.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/clock.h"

static _Atomic int64_t *offset;

lm_code timeline_open(const char *path, lm_err *err)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    struct stat st;
    void *map;

    if (fd < 0)
        return lm_fail(err, LM_INVALID, "clock file %s: %m", path);
    if (fstat(fd, &st) != 0 || st.st_size < (off_t)sizeof(*offset)) {
        close(fd);
        return lm_fail(err, LM_INVALID, "clock file %s: not a file of 8 bytes", path);
    }
    map = mmap(NULL, sizeof(*offset), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (map == MAP_FAILED)
        return lm_fail(err, LM_INVALID, "clock file %s: %m", path);
    offset = map;
    return lm_clock_open(path, err);
}

void timeline_move_to(int64_t at_ms)
{
    int64_t wanted = LM_MIN(at_ms - lm_real_ms(), 0);

    if (wanted <= atomic_load(offset))
        return;
    atomic_store(offset, wanted);
    syscall(SYS_futex, offset, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

bool timeline_is_now(void)
{
    return atomic_load(offset) >= 0;
}
