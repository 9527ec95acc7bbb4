#!/usr/bin/env bash
# Puts a Java runtime into the probe's self-contained folder, so that it runs on a machine that has none. Needs a JDK 17 or
# newer here (jlink, jdeps), of the processor and C library of the machine that the folder is for.
# Usage: runtime.sh FOLDER      for example: runtime.sh probe-client/target/emberwatch-probe
set -euo pipefail

fail() {
    echo "runtime.sh: $1" >&2
    exit 2
}

[ $# -eq 1 ] || fail "give the probe's folder: runtime.sh FOLDER"
folder=$1
[ -x "$folder/bin/emberwatch-probe" ] && [ -d "$folder/lib" ] ||
    fail "$folder is not the probe's folder: bin/emberwatch-probe and lib are missing (mvn -DskipTests package makes it)"
for tool in jlink jdeps; do
    command -v "$tool" >/dev/null || fail "no $tool found: install a JDK (not only a runtime) and put it on PATH"
done

# What the jars say they use, without java.desktop: only windows and dragging in them need that, and it is a third of all.
# Two that no jar names: the machine's own memory and CPU time, and certificates with keys on elliptic curves.
modules=$(jdeps --multi-release 17 --ignore-missing-deps --print-module-deps --class-path "$folder/lib/*" \
    "$folder"/lib/*.jar 2>/dev/null | tail -n 1 | tr ',' '\n' | grep -v '^java.desktop$' | paste -sd, -)
[ -n "$modules" ] || fail "jdeps does not say which modules the jars in $folder/lib need"
modules=$modules,jdk.management,jdk.crypto.ec

rm -rf "$folder/runtime.new"
jlink --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages --compress=2 \
    --output "$folder/runtime.new"
# Where the tool for it is there, symbols go too: they are most of some JDKs' libjvm.so.
if command -v strip >/dev/null; then
    find "$folder/runtime.new/lib" -name '*.so' -exec strip --strip-unneeded {} + 2>/dev/null || true
fi
rm -rf "$folder/runtime"
mv "$folder/runtime.new" "$folder/runtime"

"$folder/bin/emberwatch-probe" sample >/dev/null || fail "the probe does not work with the runtime that was made"
mib() {
    awk -v bytes="$1" 'BEGIN { printf "%.1f MiB", bytes / 1048576 }'
}
echo "modules: $modules"
echo "folder with runtime: $(mib "$(du -sb "$folder" | cut -f1)"), as .tar.gz" \
    "$(mib "$(tar -C "$folder" -cf - . | gzip -9 | wc -c)")"
