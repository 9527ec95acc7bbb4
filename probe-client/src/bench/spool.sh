#!/bin/sh
# What the spool on disk costs: readings a second on append and on replay, and the CPU time of the real probe with it, as a
# ratio to one whose spool lives in memory because its directory cannot be made.
# Usage: spool.sh [directory on the disk to measure] [readings] [seconds of CPU measurement, 0 for none]
set -eu
cd "$(dirname "$0")/../../.."
mvn -q -pl protocol,probe-client test-compile org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile=target/test-classpath -Dmdep.includeScope=test
cd probe-client
exec java -Xmx64m -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    -cp "target/test-classes:target/classes:../protocol/target/classes:$(cat target/test-classpath)" \
    io.emberwatch.probe.bench.SpoolBench "${1:-target}" "${2:-300000}" "${3:-60}"
