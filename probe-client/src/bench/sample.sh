#!/bin/sh
# What a full sample of the machine and of 8 fake NVIDIA cards costs, in CPU time of the whole process and in wall time: in a
# tight loop and at an interval; and by how much a card that hangs delays a reading. Ends with 1 if a sample costs more than
# 5 ms of CPU, or a card that hangs delays more than its first reading. Needs a C compiler.
# Usage: sample.sh [samples in the loop] [interval in milliseconds] [samples at the interval]
set -eu
cd "$(dirname "$0")/../../.."
mvn -q -pl protocol,probe-client test-compile org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile=target/test-classpath -Dmdep.includeScope=test
cd probe-client
# As the probe's own start script does it.
MALLOC_ARENA_MAX=1
export MALLOC_ARENA_MAX
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:CICompilerCount=1 \
    -Xms6m -Xmx64m -XX:NewSize=1m -Xss512k -XX:MaxMetaspaceSize=64m -XX:ReservedCodeCacheSize=24m \
    -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40 -XX:-UsePerfData -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
    -cp "target/test-classes:target/classes:../protocol/target/classes:$(cat target/test-classpath)" \
    io.emberwatch.probe.gpu.nvml.SampleBench "${1:-2000}" "${2:-1000}" "${3:-30}"
