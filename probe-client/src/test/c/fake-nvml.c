/*
 * A stand-in for NVIDIA's libnvidia-ml.so.1, for machines without a card. It plays a scene that a file describes, read anew
 * whenever it has changed, so that a test can replace it: the macro SCENE is its path, or else the variable FAKE_NVML_SCENE of
 * the environment. One "key value" a line; a key of card N begins with "N.".
 *
 *   init 0                what nvmlInit answers
 *   count 8
 *   epoch 1               another number: the driver was loaded anew, nothing works until nvmlInit
 *   0.all 15              what every function of card 0 answers (15: the card is lost)
 *   0.handle! 15          what nvmlDeviceGetHandleByIndex answers
 *   0.hang 1              every function of card 0 hangs until this line is gone
 *   0.temp 61             a value; one that is missing is NOT_SUPPORTED
 *   0.pid 4242            a process that computes, or with "0.pids 3" three, numbered from there on
 *   0.mem_reserved 5      what the driver keeps for itself of the memory; nothing if missing
 *   0.temp! 4             what the function of this value answers instead
 *   0.recovery 1          the card's GPU recovery action: 0 none, 1 reset, 2 restart, 3 drain, 4 drain and reset …
 *   0.field_max 229       a call for a field value with a higher number is refused as a whole
 *   0.xid 79              an error to be told once by nvmlEventSetWait_v2 of each set. The real one often leaves out the worst,
 *                         79, 119 and 120 among them, and does not tell everybody those of MIG instances
 *   0.wait! 15            what nvmlEventSetWait_v2 answers for a set that hears card 0
 *
 * With OLD_DRIVER defined, it lacks what older drivers lack; with LATER_DRIVER, what is deprecated now.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef SCENE
#define SCENE getenv("FAKE_NVML_SCENE")
#endif

enum { SUCCESS = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, TIMEOUT = 10, ARGUMENT_VERSION_MISMATCH = 25, MAX_CARDS = 64, MAX_ENTRIES = 100, MAX_BEGINNINGS = 16 };

typedef struct { int index, beginning; } card;

/* Handles: those of an earlier beginning are not valid any more. */
static card cards[MAX_BEGINNINGS][MAX_CARDS];
static int beginning;
static long long epoch;

/* The scene: entries of no card first, then those of each card, so that few are looked at for one value. */
struct entry { char key[24], value[80]; };
struct entries { int count; struct entry of[MAX_ENTRIES]; };

static struct entries scene[1 + MAX_CARDS];
static struct stat scene_stat;
static int scene_number;
static pthread_mutex_t scene_lock = PTHREAD_MUTEX_INITIALIZER;

static void parse(FILE *file) {
    char line[256];
    memset(scene, 0, sizeof scene);
    while (fgets(line, sizeof line, file)) {
        char *key = line, *value, *dot;
        struct entries *all = &scene[0];
        line[strcspn(line, "\n")] = 0;
        value = strchr(line, ' ');
        if (!value) continue;
        *value++ = 0;
        dot = strchr(key, '.');
        if (dot) {
            all = &scene[1 + atoi(key) % MAX_CARDS];
            key = dot + 1;
        }
        if (all->count == MAX_ENTRIES) continue;
        snprintf(all->of[all->count].key, sizeof all->of[0].key, "%.23s", key);
        snprintf(all->of[all->count].value, sizeof all->of[0].value, "%.79s", value);
        all->count++;
    }
}

static void read_scene(void) {
    struct stat now;
    FILE *file;
    if (stat(SCENE, &now) != 0) return;
    if (now.st_ino == scene_stat.st_ino && now.st_size == scene_stat.st_size
        && now.st_mtim.tv_sec == scene_stat.st_mtim.tv_sec && now.st_mtim.tv_nsec == scene_stat.st_mtim.tv_nsec) return;
    file = fopen(SCENE, "r");
    if (!file) return;
    fstat(fileno(file), &scene_stat);
    parse(file);
    fclose(file);
    scene_number++;
}

/* Sees what has changed. Once for each function called: looking costs more than most of them. */
static void refresh(void) {
    pthread_mutex_lock(&scene_lock);
    read_scene();
    pthread_mutex_unlock(&scene_lock);
}

/* A value by its key; index is that of its card, or -1. */
static int find(int index, const char *key, char *value, int size) {
    const struct entries *all = &scene[1 + index];
    int i, found = 0;
    pthread_mutex_lock(&scene_lock);
    for (i = 0; !found && i < all->count; i++) {
        if (strcmp(all->of[i].key, key) == 0) {
            snprintf(value, size, "%s", all->of[i].value);
            found = 1;
        }
    }
    pthread_mutex_unlock(&scene_lock);
    return found;
}

static int number_of(int index, const char *key, long long *value) {
    char text[256];
    if (!find(index, key, text, sizeof text)) return 0;
    *value = strtoll(text, NULL, 0);
    return 1;
}

static int number(const char *key, long long *value) { return number_of(-1, key, value); }
static int of_card(const card *c, const char *name, long long *value) { return number_of(c->index, name, value); }

/* Whether NVML runs, with the driver with which it began. */
static int running(void) {
    long long now = 0;
    refresh();
    number("epoch", &now);
    return beginning != 0 && now == epoch;
}

/* What a function of a card answers before it looks for its value. */
static int answer(const card *c, const char *name) {
    char refusal[64];
    long long code;
    if (!running()) return UNINITIALIZED;
    if (c->beginning != beginning) return INVALID_ARGUMENT;
    while (of_card(c, "hang", &code)) {
        usleep(10000);
        refresh();
    }
    if (of_card(c, "all", &code)) return (int)code;
    snprintf(refusal, sizeof refusal, "%s!", name);
    return of_card(c, refusal, &code) ? (int)code : SUCCESS;
}

static int get(const card *c, const char *name, long long *value) {
    int code = answer(c, name);
    return code != SUCCESS ? code : of_card(c, name, value) ? SUCCESS : NOT_SUPPORTED;
}

static int get_uint(const card *c, const char *name, unsigned *value) {
    long long n = 0;
    int code = get(c, name, &n);
    if (code == SUCCESS) *value = (unsigned)n;
    return code;
}

static int get_text(const card *c, const char *name, char *text, unsigned size) {
    int code = answer(c, name);
    return code != SUCCESS ? code : find(c->index, name, text, (int)size) ? SUCCESS : NOT_SUPPORTED;
}

int nvmlInit_v2(void) {
    static int beginnings;
    long long code = SUCCESS;
    refresh();
    number("init", &code);
    if (code == SUCCESS) {
        epoch = 0;
        number("epoch", &epoch);
        beginning = ++beginnings;
    }
    return (int)code;
}

int nvmlShutdown(void) {
    beginning = 0;
    return SUCCESS;
}

int nvmlSystemGetDriverVersion(char *version, unsigned size) {
    refresh();
    return find(-1, "driver", version, (int)size) ? SUCCESS : NOT_SUPPORTED;
}

int nvmlDeviceGetCount_v2(unsigned *count) {
    long long n = 0;
    if (!running()) return UNINITIALIZED;
    number("count", &n);
    *count = (unsigned)n;
    return SUCCESS;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, card **device) {
    long long count = 0, code;
    card *c;
    if (!running()) return UNINITIALIZED;
    number("count", &count);
    if (index >= count || index >= MAX_CARDS) return INVALID_ARGUMENT;
    c = &cards[beginning % MAX_BEGINNINGS][index];
    c->index = (int)index;
    c->beginning = beginning;
    if (of_card(c, "handle!", &code)) return (int)code;
    *device = c;
    return SUCCESS;
}

int nvmlDeviceGetUUID(card *c, char *uuid, unsigned size) { return get_text(c, "uuid", uuid, size); }
int nvmlDeviceGetName(card *c, char *name, unsigned size) { return get_text(c, "name", name, size); }

struct pci_info {
    char legacy[16];
    unsigned domain, bus, device, id, subsystem;
    char bus_id[32];
};

int nvmlDeviceGetPciInfo_v3(card *c, struct pci_info *info) { return get_text(c, "bus", info->bus_id, sizeof info->bus_id); }

#ifndef LATER_DRIVER
int nvmlDeviceGetTemperature(card *c, int sensor, unsigned *celsius) {
    return sensor == 0 ? get_uint(c, "temp", celsius) : INVALID_ARGUMENT;
}
#endif

struct temperature { unsigned version; int sensor, celsius; };

int nvmlDeviceGetTemperatureV(card *c, struct temperature *temperature) {
    if (temperature->version != (sizeof *temperature | 1 << 24)) return ARGUMENT_VERSION_MISMATCH;
    return temperature->sensor == 0 ? get_uint(c, "temp", (unsigned *)&temperature->celsius) : INVALID_ARGUMENT;
}

int nvmlDeviceGetTemperatureThreshold(card *c, int type, unsigned *celsius) {
    static const char *const names[] = {"shutdown", "slowdown", "mem_max", "gpu_max", "acoustic_min", "target"};
    return type >= 0 && type < 6 ? get_uint(c, names[type], celsius) : INVALID_ARGUMENT;
}

#ifndef OLD_DRIVER
struct margin { unsigned version; int celsius; };

int nvmlDeviceGetMarginTemperature(card *c, struct margin *margin) {
    long long celsius = 0;
    int code;
    if (margin->version != (sizeof(struct margin) | 1 << 24)) return 25;
    code = get(c, "margin", &celsius);
    if (code == SUCCESS) margin->celsius = (int)celsius;
    return code;
}
#endif

struct field {
    unsigned id, scope;
    long long timestamp, latency;
    int type, result;
    union { double d; unsigned ui; unsigned long ul; unsigned long long ull; long long sll; } value;
};

static const char *field_name(unsigned id) {
    static const char *const limits[] = {"tlimit_shutdown", "tlimit_slowdown", "tlimit_mem_max", "tlimit_gpu_max"};
    if (id >= 193 && id <= 196) return limits[id - 193];
#ifndef OLD_DRIVER
    if (id == 230) return "recovery";
#endif
    return id == 82 ? "mem_temp" : NULL;
}

int nvmlDeviceGetFieldValues(card *c, int count, struct field *fields) {
    long long max = 1000;
    int i, code = answer(c, "fields");
    of_card(c, "field_max", &max);
    for (i = 0; code == SUCCESS && i < count; i++) {
        if (fields[i].id > max) code = INVALID_ARGUMENT;
    }
    for (i = 0; code == SUCCESS && i < count; i++) {
        const char *name = field_name(fields[i].id);
        fields[i].result = name ? get_uint(c, name, &fields[i].value.ui) : INVALID_ARGUMENT;
    }
    return code;
}

struct rates { unsigned gpu, memory; };

int nvmlDeviceGetUtilizationRates(card *c, struct rates *rates) {
    int code = get_uint(c, "util", &rates->gpu);
    return code == SUCCESS ? get_uint(c, "mem_util", &rates->memory) : code;
}

struct memory { unsigned long long total, free, used; };

int nvmlDeviceGetMemoryInfo(card *c, struct memory *memory) {
    long long total = 0, used = 0, reserved = 0;
    int code = get(c, "mem_total", &total);
    if (code == SUCCESS) code = get(c, "mem_used", &used);
    of_card(c, "mem_reserved", &reserved);
    used += reserved;
    memory->total = total;
    memory->used = used;
    memory->free = total - used;
    return code;
}

#ifndef OLD_DRIVER
struct memory_v2 { unsigned version; unsigned long long total, reserved, free, used; };

int nvmlDeviceGetMemoryInfo_v2(card *c, struct memory_v2 *memory) {
    long long total = 0, reserved = 0, used = 0;
    int code;
    if (memory->version != (sizeof *memory | 2 << 24)) return ARGUMENT_VERSION_MISMATCH;
    code = get(c, "mem_total", &total);
    if (code == SUCCESS) code = get(c, "mem_used", &used);
    of_card(c, "mem_reserved", &reserved);
    memory->total = total;
    memory->reserved = reserved;
    memory->free = total - reserved - used;
    memory->used = used;
    return code;
}
#endif

int nvmlDeviceGetPowerUsage(card *c, unsigned *mw) { return get_uint(c, "power", mw); }
int nvmlDeviceGetEnforcedPowerLimit(card *c, unsigned *mw) { return get_uint(c, "power_limit", mw); }
int nvmlDeviceGetFanSpeed(card *c, unsigned *percent) { return get_uint(c, "fan", percent); }
int nvmlDeviceGetPerformanceState(card *c, unsigned *state) { return get_uint(c, "pstate", state); }
int nvmlDeviceGetPcieReplayCounter(card *c, unsigned *count) { return get_uint(c, "replays", count); }

int nvmlDeviceGetClockInfo(card *c, int type, unsigned *mhz) {
    return type == 1 ? get_uint(c, "sm_clock", mhz) : type == 2 ? get_uint(c, "mem_clock", mhz) : INVALID_ARGUMENT;
}

static int reasons(card *c, unsigned long long *bits) {
    long long n = 0;
    int code = get(c, "throttle", &n);
    *bits = (unsigned long long)n;
    return code;
}

#ifdef OLD_DRIVER
int nvmlDeviceGetCurrentClocksThrottleReasons(card *c, unsigned long long *bits) { return reasons(c, bits); }
#else
int nvmlDeviceGetCurrentClocksEventReasons(card *c, unsigned long long *bits) { return reasons(c, bits); }
#endif

int nvmlDeviceGetTotalEccErrors(card *c, int kind, int counter, unsigned long long *count) {
    long long n = 0;
    int code = counter != 0 ? INVALID_ARGUMENT : get(c, kind == 0 ? "ecc_corrected" : "ecc_uncorrected", &n);
    *count = (unsigned long long)n;
    return code;
}

int nvmlDeviceGetRemappedRows(card *c, unsigned *corrected, unsigned *uncorrected, unsigned *pending, unsigned *failed) {
    int code = get_uint(c, "rows_corrected", corrected);
    if (code == SUCCESS) code = get_uint(c, "rows_uncorrected", uncorrected);
    if (code == SUCCESS) code = get_uint(c, "rows_pending", pending);
    return code == SUCCESS ? get_uint(c, "rows_failed", failed) : code;
}

int nvmlDeviceGetRetiredPagesPendingStatus(card *c, unsigned *pending) { return get_uint(c, "pages_pending", pending); }

struct process {
    unsigned pid;
    unsigned long long memory;
    unsigned gpu_instance, compute_instance;
};

/* The first releases of 535 wrote longer entries. */
struct long_process { struct process usual; unsigned long long protected_memory; };

static int is_first_535(void) {
    char driver[80] = "";
    int minor = 0;
    find(-1, "driver", driver, sizeof driver);
    return sscanf(driver, "535.%d.", &minor) == 1 && minor >= 43 && minor < 98;
}

static int processes(card *c, unsigned *count, void *infos) {
    long long pid = 0, memory = -1, all = 1, i;
    size_t entry = is_first_535() ? sizeof(struct long_process) : sizeof(struct process);
    int code = answer(c, "pid");
    if (code != SUCCESS) return code;
    if (!of_card(c, "pid", &pid)) {
        *count = 0;
        return SUCCESS;
    }
    of_card(c, "pids", &all);
    if (*count < all) return 7;
    of_card(c, "pid_mem", &memory);
    *count = (unsigned)all;
    for (i = 0; i < all; i++) {
        struct process *info = (struct process *)((char *)infos + i * entry);
        memset(info, 0xFF, entry);
        info->pid = (unsigned)(pid + i);
        info->memory = (unsigned long long)memory;
    }
    return SUCCESS;
}

#ifdef OLD_DRIVER
int nvmlDeviceGetComputeRunningProcesses_v2(card *c, unsigned *count, void *infos) { return processes(c, count, infos); }
#else
int nvmlDeviceGetComputeRunningProcesses_v3(card *c, unsigned *count, void *infos) { return processes(c, count, infos); }

int nvmlDeviceGetMigMode(card *c, unsigned *current, unsigned *pending) {
    int code = get_uint(c, "mig", current);
    *pending = *current;
    return code;
}

int nvmlDeviceGetMaxMigDeviceCount(card *c, unsigned *count) {
    int code = answer(c, "mig");
    *count = 7;
    return code;
}

int nvmlDeviceGetMigDeviceHandleByIndex(card *c, unsigned index, card **instance) {
    long long instances = 0;
    int code = answer(c, "mig");
    if (code != SUCCESS) return code;
    of_card(c, "mig_instances", &instances);
    if (index >= instances) return NOT_FOUND;
    *instance = c;
    return SUCCESS;
}
#endif

struct event {
    card *device;
    unsigned long long type, data;
    unsigned gpu_instance, compute_instance;
};

/* Whom it listens to, and what it has told: what happened before it was made, it never tells. */
struct event_set { char hears[MAX_CARDS]; long long told_xid[MAX_CARDS]; };

int nvmlEventSetCreate(struct event_set **set) {
    int i;
    *set = calloc(1, sizeof **set);
    refresh();
    for (i = 0; i < MAX_CARDS; i++) number_of(i, "xid", &(*set)->told_xid[i]);
    return SUCCESS;
}

int nvmlEventSetFree(void *set) {
    free(set);
    return SUCCESS;
}

int nvmlDeviceRegisterEvents(card *c, unsigned long long types, struct event_set *set) {
    int code = types == 0x8 ? answer(c, "events") : INVALID_ARGUMENT;
    if (code == SUCCESS) set->hears[c->index] = 1;
    return code;
}

int nvmlEventSetWait_v2(struct event_set *set, struct event *event, unsigned timeout_ms) {
    unsigned waited;
    int looked_at = 0;
    for (waited = 0;; waited += 10) {
        long long count = 0, xid;
        int i;
        if (!running()) return UNINITIALIZED;
        if (scene_number != looked_at) {
            looked_at = scene_number;
            number("count", &count);
        }
        for (i = 0; i < count && i < MAX_CARDS; i++) {
            long long refusal;
            if (!set->hears[i]) continue;
            if (number_of(i, "wait!", &refusal)) return (int)refusal;
            if (number_of(i, "xid", &xid) && set->told_xid[i] != xid) {
                set->told_xid[i] = xid;
                event->device = &cards[beginning % MAX_BEGINNINGS][i];
                event->type = 0x8;
                event->data = (unsigned long long)xid;
                return SUCCESS;
            }
        }
        if (waited >= timeout_ms) return TIMEOUT;
        usleep(timeout_ms < 10 ? timeout_ms * 1000 : 10000);
    }
}
