# Compares what the probe told with what nvidia-smi told before and after it. Arguments: what gpus.awk wrote, and nvidia-smi's
# two answers. Writes a table, and at its end a line "difference" for each value that is out of tolerance.
# Variables: when (for the table's head), fields (the queries of nvidia-smi, with commas, the UUID first).

BEGIN {
    # Each query with the probe's name for it, what to divide the probe's value by, and by how much they may differ beyond
    # what nvidia-smi itself told before and after: a number, and a share of the value where that is more.
    known("temperature.gpu", "gpu_temp_c", 1, 1, 0)
    known("temperature.memory", "gpu_mem_temp_c", 1, 3, 0)
    known("memory.used", "gpu_mem_used_bytes", 1048576, 64, 0.01)
    known("memory.total", "gpu_mem_total_bytes", 1048576, 1, 0)
    known("power.draw", "gpu_power_w", 1, 10, 0.10)
    known("enforced.power.limit", "gpu_power_limit_w", 1, 1, 0)
    known("clocks.sm", "gpu_sm_clock_mhz", 1, 60, 0.05)
    known("clocks.mem", "gpu_mem_clock_mhz", 1, 30, 0.02)
    known("utilization.gpu", "gpu_util_percent", 1, 15, 0)
    known("utilization.memory", "gpu_mem_util_percent", 1, 15, 0)
    known("fan.speed", "gpu_fan_percent", 1, 3, 0)
    known("pstate", "gpu_performance_state", 1, 0, 0)
    known("ecc.errors.corrected.volatile.total", "gpu_ecc_corrected_count", 1, 0, 0)
    known("ecc.errors.uncorrected.volatile.total", "gpu_ecc_uncorrected_count", 1, 0, 0)
    count_of_fields = split(fields, query, ",")
}

function known(name, metric, divisor, tolerance, share) {
    metric_of[name] = metric
    divisor_of[name] = divisor
    tolerance_of[name] = tolerance
    share_of[name] = share
}

FNR == 1 { file++ }

file == 1 {
    split($0, told, "\t")
    if (told[2] == "uuid") place_of[told[3]] = told[1]
    probe[told[1], told[2]] = told[3]
    next
}

{
    split($0, answer, / *, */)
    uuid = answer[1]
    if (file == 2) order[++count_of_cards] = uuid
    for (i = 2; i <= count_of_fields; i++) smi[file, uuid, i] = number(answer[i])
    seen[file, uuid] = 1
}

# "[N/A]", "[Not Supported]", "[Unknown Error]" are none; "P0" is 0.
function number(text) {
    sub(/^P/, "", text)
    return text ~ /^-?[0-9]+(\.[0-9]+)?$/ ? text : ""
}

END {
    for (c = 1; c <= count_of_cards; c++) card(order[c])
    for (uuid in place_of) {
        if (!((2, uuid) in seen)) print "  " uuid ": not a card of nvidia-smi, not compared"
    }
    for (d = 1; d <= count_of_differences; d++) print "difference " differences[d]
}

function card(uuid,    i, place) {
    print when ", " uuid
    if (!(uuid in place_of)) {
        differ(uuid, "the probe does not report this card")
        return
    }
    place = place_of[uuid]
    printf "  %-26s %12s %12s %12s %12s  %s\n", "", "probe", "before", "after", "difference", ""
    for (i = 2; i <= count_of_fields; i++) compare(uuid, place, i)
}

function compare(uuid, place, i,    name, metric, raw, mine, before, after, low, high, off, allowed, verdict) {
    name = query[i]
    metric = metric_of[name]
    raw = probe[place, metric]
    before = smi[2, uuid, i]
    after = smi[3, uuid, i]
    if (before == "" || after == "") {
        verdict = raw == "" || raw == "null" ? "neither reports it" : "nvidia-smi does not report it"
        row(metric, raw, before, after, "", verdict)
        return
    }
    if (raw == "" || raw == "null") {
        row(metric, "absent", before, after, "", "MISSING")
        differ(uuid, metric " is absent, but nvidia-smi reports " before)
        return
    }
    mine = raw / divisor_of[name]
    low = before < after ? before + 0 : after + 0
    high = before < after ? after + 0 : before + 0
    off = mine < low ? mine - low : mine > high ? mine - high : 0
    allowed = tolerance_of[name]
    if (share_of[name] * high > allowed) allowed = share_of[name] * high
    verdict = (off < 0 ? -off : off) <= allowed ? "ok" : "OFF"
    row(metric, mine, before, after, off, verdict " (±" sprintf("%.4g", allowed) ")")
    if (verdict == "OFF") {
        differ(uuid, metric " is " shown(mine) ", but nvidia-smi reports " before " before and " after \
            " after: off by " shown(off) ", allowed " sprintf("%.4g", allowed))
    }
}

function shown(value) {
    value = sprintf("%.1f", value)
    return value == "-0.0" ? "0.0" : value
}

function row(metric, mine, before, after, off, verdict) {
    printf "  %-26s %12s %12s %12s %12s  %s\n", metric, mine ~ /^-?[0-9.]+(e[+]?[0-9]+)?$/ ? shown(mine) : mine, \
        before, after, off == "" ? "" : shown(off), verdict
}

function differ(uuid, what) {
    differences[++count_of_differences] = when ", " uuid ": " what
}
