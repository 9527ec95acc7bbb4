# Reads the one line that "emberwatch-probe sample --json" prints, and writes for each value of each GPU a line of the card's
# place in the array, the name of the value and the value, with tabs between them. Reads JSON (RFC 8259) character by
# character, because names of processes may look like anything; run it with LC_ALL=C.
{ text = text $0 }

END {
    position = 1
    length_of_text = length(text)
    value("")
}

function peek() {
    while (substr(text, position, 1) ~ /[ \t\r\n]/) position++
    return substr(text, position, 1)
}

function broken() {
    print "not JSON at character " position > "/dev/stderr"
    failed = 1
    exit 1
}

function value(path,    first) {
    if (position > length_of_text) broken()
    first = peek()
    if (first == "{") object(path)
    else if (first == "[") array(path)
    else if (first == "\"") told(path, string())
    else told(path, word())
}

function object(path,    key) {
    position++
    if (peek() == "}") { position++; return }
    while (1) {
        if (peek() != "\"") broken()
        key = string()
        if (peek() != ":") broken()
        position++
        value(path == "" ? key : path "/" key)
        if (peek() == "}") { position++; return }
        if (peek() != ",") broken()
        position++
    }
}

function array(path,    i) {
    position++
    if (peek() == "]") { position++; return }
    for (i = 0; ; i++) {
        value(path "/" i)
        if (peek() == "]") { position++; return }
        if (peek() != ",") broken()
        position++
    }
}

function string(    begin, c) {
    begin = ++position
    while ((c = substr(text, position, 1)) != "\"") {
        if (position > length_of_text) broken()
        position += c == "\\" ? 2 : 1
    }
    position++
    return substr(text, begin, position - begin - 1)
}

function word(    begin) {
    begin = position
    while (substr(text, position, 1) ~ /[-+.0-9A-Za-z]/) position++
    if (position == begin) broken()
    return substr(text, begin, position - begin)
}

# gpus/0/gpu_temp_c
function told(path, what,    parts) {
    if (split(path, parts, "/") == 3 && parts[1] == "gpus") print parts[2] "\t" parts[3] "\t" what
}
