#!/bin/sh
# Kills, cuts and tears real probes, a real collector and a real database at random, then checks that nothing was lost or
# doubled. Ends with 1 if something was. Needs prlimit (util-linux).
# Usage: faults.sh [minutes, 30 by default] [seed] [MARIADB|MYSQL]
set -eu
cd "$(dirname "$0")/../../.."
mvn -q -DskipTests package org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile=target/test-classpath -Dmdep.includeScope=test
cd collector-server
exec java -Xmx512m -cp "target/test-classes:target/classes:../protocol/target/classes:$(cat target/test-classpath)" \
    io.emberwatch.collector.faults.FaultsMain "${1:-30}" ${2:+"$2"} ${3:+"$3"}
