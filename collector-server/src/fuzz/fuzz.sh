#!/bin/sh
# Hostile frames for a live collector, beside 50 honest probes. Ends with 1 if anything leaks, hangs, grows or gets lost.
# Usage: fuzz.sh [frames that the collector is to take in] [seed]
set -eu
cd "$(dirname "$0")/../../.."
mvn -q -pl protocol,collector-server test-compile org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile=target/test-classpath -Dmdep.includeScope=test
cd collector-server
exec java -Xmx512m -cp "target/test-classes:target/classes:../protocol/target/classes:$(cat target/test-classpath)" \
    io.emberwatch.collector.fuzz.FuzzMain "${1:-10000000}" ${2:+"$2"}
