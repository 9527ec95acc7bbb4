#!/bin/sh
# Readings a second that the collector stores durably, as a ratio to the raw write ceiling of the same database.
# Usage: bench.sh [MARIADB|MYSQL] [readings for each of 1,000 machines] [rounds]
set -eu
cd "$(dirname "$0")/../../.."
mvn -q -pl protocol,collector-server test-compile org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile=target/test-classpath -Dmdep.includeScope=test
cd collector-server
exec java -Xmx1g -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    -cp "target/test-classes:target/classes:../protocol/target/classes:$(cat target/test-classpath)" \
    io.emberwatch.collector.bench.IngestBench "${1:-MARIADB}" "${2:-300}" "${3:-3}"
